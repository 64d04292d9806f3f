import {
  CallAutomationClient,
  type CallAutomationClientOptions,
  type CallInvite,
} from '@azure/communication-call-automation';
import { createIdentifierFromRawId } from '@azure/communication-common';
import type { TokenCredential } from '@azure/identity';
import { AzureError, type CallInProgress, type CallOrder, type CallPlacer } from '../link';
import { fromStatus, retryAfterOf } from '../link/azure-error';

/** Milliseconds that Call Automation may take for an answer: a call being placed cannot be interrupted. */
const TIMEOUT = 30_000;

/** Places calls by `@azure/communication-call-automation`, signed in with Entra. */
export class CallAutomation implements CallPlacer {
  constructor(
    private readonly credential: TokenCredential,
    private readonly options: CallAutomationClientOptions = {},
  ) {}

  async place(order: CallOrder): Promise<CallInProgress> {
    const client = new CallAutomationClient(`https://${order.host}`, this.credential, {
      ...this.options,
      // The SDK repeats a request under the same id, so that it does not ring twice.
      retryOptions: { maxRetries: 2, ...this.options.retryOptions },
    });
    const invite: CallInvite = {
      targetParticipant: createIdentifierFromRawId(order.to) as CallInvite['targetParticipant'],
      sourceDisplayName: order.displayName,
      ...(order.callerId === undefined ? {} : { sourceCallIdNumber: { phoneNumber: order.callerId } }),
    };
    const { callConnection, callConnectionProperties } = await answer(`call ${order.to}`, () =>
      client.createCall(invite, order.callback, inTime()),
    );
    const id = callConnectionProperties.callConnectionId ?? '';
    return {
      id,
      answered: (signal) =>
        unlessGone(
          answer(`read the call ${id}`, async () => {
            const { callConnectionState } = await callConnection.getCallConnectionProperties(inTime(signal));
            return callConnectionState === 'connected';
          }),
        ),
      hangUp: () => unlessGone(answer(`hang up the call ${id}`, () => callConnection.hangUp(true, inTime()))),
    };
  }
}

/** A call that has ended is not found. */
async function unlessGone<T>(asked: Promise<T>): Promise<T | undefined> {
  return asked.catch((error: AzureError) => {
    if (error.details.status === 404) return undefined;
    throw error;
  });
}

/** Not by `requestOptions.timeout`, whose timer outlives a connection that fails, and the command with it. */
function inTime(signal?: AbortSignal): { abortSignal: AbortSignal } {
  const time = AbortSignal.timeout(TIMEOUT);
  return { abortSignal: signal ? AbortSignal.any([time, signal]) : time };
}

async function answer<T>(what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw azureErrorOf(error, what);
  }
}

function azureErrorOf(error: unknown, what: string): AzureError {
  const { name, message, statusCode, code, response } = error as {
    name?: string;
    message?: string;
    statusCode?: number;
    code?: string;
    response?: { headers?: { get(name: string): string | undefined } };
  };
  if (statusCode !== undefined) {
    const retryAfter = retryAfterOf(response?.headers?.get('retry-after'), Date.now());
    return fromStatus(statusCode, what, code, message ?? '', retryAfter);
  }
  if (name === 'AbortError') {
    return new AzureError('network', `cannot ${what}: no answer within ${TIMEOUT / 1000} s`);
  }
  const reason = (message ?? String(error)).split('\n')[0] ?? '';
  const kind = /Authentication|CredentialUnavailable/.test(name ?? '')
    ? 'credentials'
    : code === undefined
      ? 'rejected'
      : 'network';
  return new AzureError(kind, `cannot ${what}: ${reason}`, code === undefined ? {} : { code });
}
