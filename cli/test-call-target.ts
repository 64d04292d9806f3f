import { calleeKind, CalleeError, type TestCallTarget } from '../link';
import { BadInput } from './bad-input';
import { readCallback } from './callback';
import type { Io } from './io';
import { stackOrIds } from './stack-or-ids';
import { partsOf } from './stack-parts';

/** What is called on the relay's host when no other callback is given: no function answers there, all is 404. */
const NO_FUNCTION = 'api/acs-push-test-call';

/** The options by which `test-call` is told whom to call, and on whose behalf. */
interface TestCallValues {
  readonly user?: string;
  readonly 'communication-service'?: string;
  readonly hub?: string[];
  readonly callback?: string;
  readonly 'caller-id'?: string;
}

/**
 * The call that the arguments mean.
 * @throws BadInput
 */
export async function readTestCallTarget(
  positionals: readonly string[],
  values: TestCallValues,
  io: Io,
): Promise<TestCallTarget> {
  const { user, 'communication-service': id, hub: hubs, 'caller-id': callerId } = values;
  const ids = { 'communication-service': id, hub: hubs };
  const stack = stackOrIds('test-call', positionals, ids, ['communication-service'], io);
  if (user === undefined) throw new BadInput('whom? give --user and the raw id of whoever is to be rung');
  checkCallee(user, callerId);
  const given = values.callback === undefined ? undefined : readCallback(values.callback);
  const parts = stack === undefined ? undefined : await partsOf(stack, io);
  const communicationServiceId = id ?? parts!.need('communicationServiceId');
  const host = parts?.text('functionAppHost');
  const callback = given ?? (host === undefined ? undefined : `https://${host}/${NO_FUNCTION}`);
  if (callback === undefined) {
    throw new BadInput(
      '--callback is needed where there is no relay: a public https address of yours, at which nothing has to answer; Call Automation sends the events of the call there',
    );
  }
  const expectedHubId = parts?.text('callingHubId');
  const voipHubId = parts?.text('voipHubId');
  return {
    communicationServiceId,
    user,
    callback,
    relayHubIds: hubs ?? parts?.texts('relayHubId') ?? [],
    ...(voipHubId === undefined ? {} : { voipHubId }),
    ...(expectedHubId === undefined ? {} : { expectedHubId }),
    ...(callerId === undefined ? {} : { callerId }),
  };
}

function checkCallee(user: string, callerId: string | undefined): void {
  let kind: ReturnType<typeof calleeKind>;
  try {
    kind = calleeKind(user);
  } catch (error) {
    if (error instanceof CalleeError) throw new BadInput(`--user ${error.message}`);
    throw error;
  }
  if ((kind === 'phone number') !== (callerId !== undefined)) {
    throw new BadInput(
      kind === 'phone number'
        ? 'a phone number is called from one of the resource: give it by --caller-id'
        : `--caller-id goes with a phone number; --user is a ${kind}`,
    );
  }
  if (callerId !== undefined && !/^\+[1-9]\d{5,14}$/.test(callerId)) {
    throw new BadInput(`--caller-id takes a number such as +15551234567, got '${callerId}'`);
  }
}
