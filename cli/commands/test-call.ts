import {
  AzureError,
  calleeKind,
  CalleeError,
  credentialFrom,
  placeTestCall,
  ResourceIdError,
  type CallPlacer,
  type TestCallReport,
  type TestCallStep,
  type TestCallTarget,
} from '../../link';
import { BadInput } from '../bad-input';
import { readCallback } from '../callback';
import { CallAutomation } from '../call-automation';
import type { Command } from '../command';
import { LINK_OUTPUTS } from '../environment';
import { EXIT } from '../exit-code';
import type { Io } from '../io';
import { readArguments, readDuration } from '../options';
import { readTerraformOutputs } from '../terraform-outputs';
import { testCallText } from '../test-call-text';

const OPTIONS = {
  user: { type: 'string' },
  'communication-service': { type: 'string' },
  hub: { type: 'string', multiple: true },
  callback: { type: 'string' },
  'caller-id': { type: 'string' },
  'ring-for': { type: 'string', default: '15s' },
  timeout: { type: 'string' },
  now: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** Milliseconds. A call that nobody answers ends after half a minute by itself. */
const RING = { shortest: 1_000, longest: 30_000 } as const;

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

const STEPS: Readonly<Record<TestCallStep, string>> = {
  'waiting for a fresh minute': 'waiting for the next minute, so that the call has one of its own',
  ringing: 'ringing',
  'hung up': 'hung up; waiting for the hubs to say what became of it, up to six minutes',
};

export const testCall: Command = testCallBy((io) => new CallAutomation(credentialFrom(io.environment)));

export function testCallBy(placer: (io: Io) => CallPlacer): Command {
  return {
    name: 'test-call',
    summary: 'ring a user through Call Automation, and say what became of the pushes',
    usage: `acs-push test-call {environment} --user RAW_ID [options]
acs-push test-call --communication-service ID --user RAW_ID --callback URL [options]

  environment                  an environment that is deployed: its ids come from its Terraform state
  --user RAW_ID                whom to call: 8:acs:…, 8:orgid:…, or 4:+15551234567 with --caller-id
  --communication-service ID   ARM id of the Communication Services resource
  --hub ID                     ARM id of a hub to watch beside the linked one, such as a relay's; may be repeated
  --callback URL               where Call Automation sends the events of the call: public, https. Nothing has to
                               answer; default is an address on the relay's host at which there is no function
  --caller-id NUMBER           number of the resource that a phone number is called from: +15551234567
  --ring-for 15s               hang up after that time, 1s to 30s
  --timeout 9m                 end after that time with what is known by then
  --now                        do not wait for a minute that the call has to itself
  --json                       print the report as JSON

Ctrl-C hangs up. The call shows itself as "acs-push test-call" and says nothing.

exit code: 0 delivered, 1 refused or not placed, with something to mend, 2 bad input, 3 nobody is registered, or it
is not known
`,

    async run(args: readonly string[], io: Io): Promise<number> {
      const { values, positionals } = readArguments('test-call', args, OPTIONS);
      const ringFor = readDuration('ring-for', values['ring-for']);
      if (ringFor < RING.shortest || ringFor > RING.longest) {
        throw new BadInput(`--ring-for takes 1s to 30s, got '${values['ring-for']}'`);
      }
      const timeout = values.timeout === undefined ? undefined : readDuration('timeout', values.timeout);
      const target = await readTarget(positionals, values, io);
      const { azure, clock } = io.connect();
      let report: TestCallReport;
      try {
        report = await placeTestCall({ azure, clock, calls: placer(io) }, target, {
          ringFor,
          ...(timeout === undefined ? {} : { timeout }),
          freshMinute: !values.now,
          signal: io.signal,
          onStep: (step) => io.err(`${STEPS[step]}\n`),
        });
      } catch (error) {
        if (error instanceof ResourceIdError) throw new BadInput(error.message);
        if (error instanceof AzureError && error.kind === 'credentials') throw new BadInput(error.message);
        throw error;
      }
      io.out(values.json ? `${JSON.stringify(report, undefined, 2)}\n` : testCallText(report));
      if (report.verdict === 'delivered') return EXIT.ok;
      return report.mendable ? EXIT.failed : EXIT.notProved;
    },
  };
}

interface Values {
  readonly user?: string;
  readonly 'communication-service'?: string;
  readonly hub?: string[];
  readonly callback?: string;
  readonly 'caller-id'?: string;
}

async function readTarget(positionals: readonly string[], values: Values, io: Io): Promise<TestCallTarget> {
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
