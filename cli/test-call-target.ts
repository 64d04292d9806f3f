import { calleeKind, CalleeError, type TestCallTarget } from '../link';
import { BadInput } from './bad-input';
import { readCallback } from './callback';
import { LINK_OUTPUTS } from './environment';
import type { Io } from './io';
import { readTerraformOutputs } from './terraform-outputs';

/** What is called on the relay's host when no other callback is given: no function answers there, all is 404. */
const NO_FUNCTION = 'api/acs-push-test-call';

/** Outputs of a stack that this command reads; those of a relay may be absent. */
const OUTPUTS = {
  communicationServiceId: LINK_OUTPUTS.communicationServiceId,
  linkedHub: LINK_OUTPUTS.notificationHubId,
  relayHub: 'relay_hub_id',
  voipHub: 'voip_hub_id',
  functionHost: 'function_app_host',
} as const;

/** The options by which `test-call` is told whom to call, and on whose behalf. */
export interface TestCallValues {
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
  const [environment, surplus] = positionals;
  const { user, 'communication-service': id, hub: hubs, 'caller-id': callerId } = values;
  if (surplus !== undefined) throw new BadInput(`one environment at a time; got also '${surplus}'`);
  if ((environment === undefined) === (id === undefined)) {
    throw new BadInput(
      "on whose behalf? give an environment, or --communication-service; see 'acs-push test-call --help'",
    );
  }
  if (environment !== undefined && hubs !== undefined) {
    throw new BadInput('an environment names its hubs itself: give either it or --hub');
  }
  if (user === undefined) throw new BadInput('whom? give --user and the raw id of whoever is to be rung');
  checkCallee(user, callerId);
  const given = values.callback === undefined ? undefined : readCallback(values.callback);
  const outputs = environment === undefined ? {} : await readTerraformOutputs(environment, io);
  const output = (name: string): string | undefined => {
    const value = outputs[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const communicationServiceId = id ?? output(OUTPUTS.communicationServiceId);
  if (communicationServiceId === undefined) {
    throw new BadInput(
      `the environment '${environment}' has no output '${OUTPUTS.communicationServiceId}': deploy it first, 'npx cdktf deploy ${environment}'`,
    );
  }
  const host = output(OUTPUTS.functionHost);
  const callback = given ?? (host === undefined ? undefined : `https://${host}/${NO_FUNCTION}`);
  if (callback === undefined) {
    throw new BadInput(
      '--callback is needed where there is no relay: a public https address of yours, at which nothing has to answer; Call Automation sends the events of the call there',
    );
  }
  const expectedHubId = output(OUTPUTS.linkedHub);
  const voipHubId = output(OUTPUTS.voipHub);
  return {
    communicationServiceId,
    user,
    callback,
    relayHubIds: hubs ?? [output(OUTPUTS.relayHub) ?? []].flat(),
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
