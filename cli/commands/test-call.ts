import {
  AzureError,
  credentialFrom,
  placeTestCall,
  ResourceIdError,
  subscriptionOf,
  type CallPlacer,
  type TestCallReport,
} from '../../link';
import type { Step } from '../../terminal';
import { BadInput } from '../bad-input';
import { CallAutomation } from '../call-automation';
import type { Command } from '../command';
import { EXIT } from '../exit-code';
import type { Io } from '../io';
import { readArguments, readDuration } from '../options';
import { STACK_USAGE } from '../stack-or-ids';
import { readTestCallTarget } from '../test-call-target';
import { TEST_CALL_STEPS, testCallText } from '../test-call-text';

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

export const testCall: Command = testCallBy((io) => new CallAutomation(credentialFrom(io.environment)));

export function testCallBy(placer: (io: Io) => CallPlacer): Command {
  return {
    name: 'test-call',
    summary: 'ring a user through Call Automation, and say what became of the pushes',
    usage: `acs-push test-call {stack} --user RAW_ID [options]
acs-push test-call --communication-service ID --user RAW_ID --callback URL [options]

${STACK_USAGE}
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
      const target = await readTestCallTarget(positionals, values, io);
      let report: TestCallReport;
      try {
        const { azure, clock } = io.connect(subscriptionOf(target.communicationServiceId));
        const work = (step: Step) =>
          placeTestCall({ azure, clock, calls: placer(io) }, target, {
            ringFor,
            ...(timeout === undefined ? {} : { timeout }),
            freshMinute: !values.now,
            signal: io.signal,
            onStep: (at) => {
              step.line(TEST_CALL_STEPS[at]);
              step.now(TEST_CALL_STEPS[at]);
            },
          });
        report = await io.progress.step('calling', work, () => undefined);
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
