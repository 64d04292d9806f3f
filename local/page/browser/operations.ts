/** A request of the control API: docs/local-azure.md has them all. */
export interface Operation {
  readonly method: 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body: unknown;
}

type Body = Readonly<Record<string, unknown>>;

const operation =
  (method: Operation['method'], path: string) =>
  (body: Body): Operation => ({ method, path, body });

export const placeCall = operation('POST', '/calls');
export const answerCall = operation('POST', '/calls/answer');
export const declineCall = operation('POST', '/calls/decline');
export const hangUp = operation('POST', '/calls/hang-up');
export const sendMessage = operation('POST', '/chat-messages');
export const editMessage = operation('PATCH', '/chat-messages');
export const deleteMessage = operation('DELETE', '/chat-messages');
export const signOut = operation('POST', '/users/sign-out');
export const expireRegistration = operation('POST', '/devices/expire');
export const turnKey = operation('POST', '/links/turn-key');
export const remakeRule = operation('POST', '/links/remake-policy');
export const rejectCredentials = operation('POST', '/push-services/rejected-credentials');
export const acceptCredentials = operation('DELETE', '/push-services/rejected-credentials');
export const setReachable = operation('POST', '/push-services/reachable');
export const orderFaults = operation('POST', '/faults');
export const moveClock = operation('POST', '/clock');
