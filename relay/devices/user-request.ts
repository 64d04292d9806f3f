import type { Log } from '../ports';
import { isRawId } from '../tags';
import type { Caller } from './access';
import { auditRefusal } from './audit';
import type { Gate } from './gate';
import { Problem, problemOf, type ApiResponse } from './problem';

/** A request about one user, whose raw id its path names. */
export interface UserRequest {
  readonly method: string;
  /** As it stands in the path, percent-encoded or not. */
  readonly rawId: string;
  header(name: string): string | null;
}

/**
 * Answers a request about one user: lets in who may act for them, and says in log and audit what became of it.
 *
 * @param name of the line in the log
 * @param maxBytes largest body
 */
export async function answerAboutUser(
  request: UserRequest,
  { name, gate, log, maxBytes }: { name: string; gate: Gate; log: Log; maxBytes?: number },
  answer: (rawId: string, caller: Caller) => Promise<ApiResponse>,
): Promise<ApiResponse> {
  const { method } = request;
  const user = decoded(request.rawId);
  let caller: Caller | undefined;
  try {
    caller = await gate.admit((header) => request.header(header), maxBytes);
    if (!isRawId(user)) {
      throw new Problem(
        400,
        'the path must name the raw id of an ACS identity, such as 8:acs:{resource}_{user}',
      );
    }
    if (!caller.mayActFor(user)) throw new Problem(403, 'the token does not allow to act for this identity');
    const response = await answer(user, caller);
    log.write('info', name, { method, status: response.status });
    return response;
  } catch (error) {
    const response = problemOf(error);
    if (!response) throw error;
    const detail = (error as Error).message;
    log.write('info', name, { method, status: response.status, detail });
    auditRefusal(log, response, { user, caller, detail });
    return response;
  }
}

/** The host decodes all of a path but its slashes; one that decodes nothing leaves no colon. */
function decoded(rawId: string): string {
  if (rawId.includes(':')) return rawId.replace(/%2F/gi, '/');
  try {
    return decodeURIComponent(rawId);
  } catch {
    return rawId;
  }
}
