import type { PipelinePolicy, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline';

/** The time of a request was up before all of its answer was there. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';

  constructor(milliseconds: number) {
    super(`no answer within ${milliseconds / 1000} s`);
  }
}

/**
 * Ends a request whose answer does not come, or stops in the middle of its body: over a connection that is open on one
 * side alone it would be waited for without end. `timeout` of the request ends with the headers.
 * @param late aborts when the time is up
 * @throws NoAnswerError; what sending throws
 */
export async function answerInTime(
  request: PipelineRequest,
  milliseconds: number,
  send: (request: PipelineRequest) => Promise<PipelineResponse>,
  late = AbortSignal.timeout(milliseconds),
): Promise<PipelineResponse> {
  const { abortSignal } = request;
  request.abortSignal = abortSignal ? AbortSignal.any([abortSignal as AbortSignal, late]) : late;
  try {
    return await send(request);
  } catch (error) {
    throw late.aborted && !abortSignal?.aborted ? new NoAnswerError(milliseconds) : error;
  } finally {
    // The same request may be sent again.
    request.abortSignal = abortSignal;
  }
}

/** The same for the clients of the Azure SDK. */
export function answerInTimePolicy(milliseconds: number): PipelinePolicy {
  return {
    name: 'acsPushAnswerInTimePolicy',
    sendRequest: (request, next) => answerInTime(request, milliseconds, next),
  };
}
