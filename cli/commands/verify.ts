import { resolve } from 'node:path';
import {
  AzureError,
  credentialFrom,
  placeTestCall,
  PROOF_LEVELS,
  subscriptionOf,
  verifyHub,
  verifyLink,
  withCall,
  type CallPlacer,
  type HubExpectation,
  type LinkExpectation,
  type ProofLevel,
  type Report,
  type TestCallTarget,
} from '../../link';
import { BadInput } from '../bad-input';
import { CallAutomation } from '../call-automation';
import type { Command } from '../command';
import { LEVEL_VARIABLE } from '../deploy';
import { relayHubsOf } from '../deployed-link';
import { EXIT } from '../exit-code';
import type { Io } from '../io';
import { junitXml } from '../junit';
import { LINK_OPTIONS, LINK_USAGE, readHubArguments, readLinkArguments } from '../link-options';
import { watchWait } from '../wait-view';
import { readArguments, readChoice, readDuration, readTime } from '../options';
import { printable } from '../redact';
import { reportFile } from '../report-file';
import { reportText, type TitledReport } from '../report-text';
import { readTestCallTarget } from '../test-call-target';
import { TEST_CALL_STEPS } from '../test-call-text';

const OPTIONS = {
  ...LINK_OPTIONS,
  level: { type: 'string', default: 'settled' },
  wait: { type: 'boolean', default: false },
  timeout: { type: 'string' },
  json: { type: 'boolean', default: false },
  junit: { type: 'string' },
  'linked-at': { type: 'string' },
  'linked-since': { type: 'string' },
  'first-link': { type: 'boolean', default: false },
  'no-probe': { type: 'boolean', default: false },
  call: { type: 'string' },
  callback: { type: 'string' },
} as const;

export const verify: Command = verifyBy((io) => new CallAutomation(credentialFrom(io.environment)));

/** @param placer places the call of `--call` */
export function verifyBy(placer: (io: Io) => CallPlacer): Command {
  return {
    name: 'verify',
    summary: 'prove that the hub is linked and that calls will ring',
    usage: `acs-push verify {stack} [options]
acs-push verify --communication-service ID --hub ID --policy ID [options]
acs-push verify --hub ID --policy ID [options]       a hub that is not linked: the relay's

${LINK_USAGE}

  --level config|settled|live  how much proof is asked for (settled)
                                 config   everything is set up right
                                 settled  … and the change has reached the data plane
                                 live     … and a push was seen going through to a device
  --call RAW_ID                with --level live: once the link is settled, ring that user through Call Automation, and
                               take what becomes of that call as the proof (see 'acs-push test-call --help')
  --callback URL               for that call, where there is no relay
  --wait                       look again until the answer is final
  --timeout 15m                stop waiting after that time (16m)
  --json                       print the report as JSON
  --junit FILE                 write the report as JUnit XML too
  --linked-at TIME|now         when the link had been made at the latest, if the activity log does not tell
  --linked-since TIME          when it had not been made yet: the start of the deploy
  --first-link                 it is the first link of a resource that never sent a notification
  --no-probe                   send nothing to the hub: then only others' pushes prove its credentials

A stack's relay has hubs of its own, which are verified with the link.

exit code: 0 proved, 1 a check failed, 2 bad input, 3 not proved
`,

    async run(args: readonly string[], io: Io): Promise<number> {
      const { values, positionals } = readArguments('verify', args, OPTIONS);
      const level = readChoice('level', io.environment[LEVEL_VARIABLE] || values.level, PROOF_LEVELS);
      const timeout = values.timeout === undefined ? undefined : readDuration('timeout', values.timeout);
      const junit = values.junit === undefined ? undefined : reportFile(resolve(io.folder, values.junit));
      const call = await readCall(positionals, values, level, io);
      // What the call proves is asked once the rest is proved.
      const targets = await readTargets(positionals, values, call ? 'settled' : level, io);
      const connections = targets.map(({ expectation }) =>
        io.connect(subscriptionOf(expectation.notificationHubId)),
      );
      const wait = values.wait || call !== undefined;
      const looks: Report[] = [];
      const look = (show: (reports: readonly TitledReport[]) => void) =>
        Promise.all(
          targets.map(({ expectation, level }, i) => {
            const { azure, hub, clock } = connections[i]!;
            const record = recordOf(values, clock.now());
            const ports = { azure, clock, ...(values['no-probe'] ? {} : { hub }) };
            const options = {
              level,
              wait,
              ...(timeout === undefined ? {} : { timeout }),
              signal: io.signal,
              onLook: (look: Report) => {
                looks[i] = look;
                show(titled(targets, looks));
              },
            };
            return 'communicationServiceId' in expectation
              ? verifyLink(ports, { ...expectation, ...(record ? { record } : {}) }, options)
              : verifyHub(ports, expectation, options);
          }),
        );
      let reports: Report[];
      try {
        reports = await (wait ? watchWait(io, look) : look(() => undefined));
        if (call && reports.every(({ proved }) => proved)) {
          const { azure, clock } = connections[0]!;
          const ports = { azure, clock, calls: placer(io) };
          const placed = await placeTestCall(ports, call, {
            signal: io.signal,
            onStep: (step) => io.progress.line(TEST_CALL_STEPS[step]),
          });
          reports = [withCall(reports[0]!, placed), ...reports.slice(1)];
        }
      } catch (error) {
        if (error instanceof AzureError && error.kind === 'credentials') throw new BadInput(error.message);
        throw error;
      }
      const all = titled(targets, reports);
      const [first, ...hubs] = reports;
      io.out(
        values.json
          ? `${JSON.stringify(hubs.length > 0 ? { ...first, hubs } : first, undefined, 2)}\n`
          : all.map(reportText).join('\n'),
      );
      // Also when that fails, the report is there.
      junit?.write(printable(junitXml(all)));
      if (call && !reports[0]!.call) io.err('not called: the link has to be proved first\n');
      return call && !reports[0]!.call ? notProvedOf(reports) : exitCodeOf(reports);
    },
  };
}

/** What is verified, and how much proof is asked for. */
interface Target {
  readonly title?: string;
  readonly expectation: HubExpectation | LinkExpectation;
  readonly level: ProofLevel;
}

/** The link of a stack comes first, then the hubs of its relay. */
async function readTargets(
  positionals: readonly string[],
  values: Parameters<typeof readLinkArguments>[2],
  level: ProofLevel,
  io: Io,
): Promise<Target[]> {
  const hub = readHubArguments(positionals, values);
  if (hub) return [{ expectation: hub, level }];
  const { stack, expectation } = await readLinkArguments('verify', positionals, values, io);
  const hubs = stack === undefined ? [] : await relayHubsOf(stack, io);
  if (hubs.length === 0) return [{ expectation, level }];
  return [
    { title: 'linked hub', expectation, level },
    // That level asks for a call, and calls do not go through the relay.
    ...hubs.map((named) => ({ ...named, level: level === 'live' ? ('settled' as const) : level })),
  ];
}

/** The reports that there are, each with the name of its target when there are several. */
function titled(targets: readonly Target[], reports: readonly Report[]): TitledReport[] {
  return targets.flatMap(({ title }, i) => {
    const report = reports[i];
    return report ? [{ ...(title ? { title } : {}), report }] : [];
  });
}

/**
 * Whom to call, when a call is asked for.
 * @throws BadInput
 */
async function readCall(
  positionals: readonly string[],
  values: {
    call?: string;
    callback?: string;
    'communication-service'?: string;
    hub?: string;
    policy?: string;
  },
  level: ProofLevel,
  io: Io,
): Promise<TestCallTarget | undefined> {
  const { call: user, callback, 'communication-service': id } = values;
  if (user === undefined) {
    if (callback !== undefined) throw new BadInput('--callback goes with --call');
    return undefined;
  }
  if (level !== 'live')
    throw new BadInput('--call proves more than was asked for: give --level live with it');
  return readTestCallTarget(
    positionals,
    {
      user,
      ...(callback === undefined ? {} : { callback }),
      ...(id === undefined ? {} : { 'communication-service': id }),
    },
    io,
  );
}

/** No call was placed, so nothing is proved, whatever else is. */
function notProvedOf(reports: readonly Report[]): number {
  return reports.some(({ verdict }) => verdict === 'broken') ? EXIT.failed : EXIT.notProved;
}

function exitCodeOf(reports: readonly Report[]): number {
  if (reports.some(({ verdict }) => verdict === 'broken')) return EXIT.failed;
  return reports.every(({ proved }) => proved) ? EXIT.ok : EXIT.notProved;
}

function recordOf(
  values: {
    'linked-at'?: string;
    'linked-since'?: string;
    'first-link': boolean;
  },
  now: number,
): LinkExpectation['record'] {
  const { 'linked-at': at, 'linked-since': since, 'first-link': firstLink } = values;
  if (at === undefined && since === undefined && !firstLink) return undefined;
  const linkedAt = readTime('linked-at', at ?? 'now', now);
  const notBefore = since === undefined ? undefined : readTime('linked-since', since, now);
  if (notBefore !== undefined && notBefore > linkedAt) {
    throw new BadInput(`--linked-since ${since} is later than the link itself, ${at ?? 'now'}`);
  }
  return { linkedAt, firstLink, ...(notBefore === undefined ? {} : { notBefore }) };
}
