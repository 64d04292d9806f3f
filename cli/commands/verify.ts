import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import {
  AzureError,
  PROOF_LEVELS,
  subscriptionOf,
  verifyLink,
  type LinkExpectation,
  type Report,
} from '../../link';
import { BadInput } from '../bad-input';
import type { Command } from '../command';
import { LEVEL_VARIABLE } from '../deploy';
import { EXIT } from '../exit-code';
import type { Io } from '../io';
import { junitXml } from '../junit';
import { LINK_OPTIONS, LINK_USAGE, readLinkArguments } from '../link-options';
import { waitView } from '../live-view';
import { readArguments, readChoice, readDuration, readTime } from '../options';
import { redact } from '../redact';
import { reportText } from '../report-text';

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
} as const;

export const verify: Command = {
  name: 'verify',
  summary: 'prove that the hub is linked and that calls will ring',
  usage: `acs-push verify {environment} [options]
acs-push verify --communication-service ID --hub ID --policy ID [options]

${LINK_USAGE}

  --level config|settled|live  how much proof is asked for (settled)
                                 config   everything is set up right
                                 settled  … and the change has reached the data plane
                                 live     … and a call was seen going through
  --wait                       look again until the answer is final
  --timeout 15m                stop waiting after that time (16m)
  --json                       print the report as JSON
  --junit FILE                 write the report as JUnit XML too
  --linked-at TIME|now         when the link had been made at the latest, if the activity log does not tell
  --linked-since TIME          when it had not been made yet: the start of the deploy
  --first-link                 it is the first link of a resource that never sent a notification
  --no-probe                   send nothing to the hub

exit code: 0 proved, 1 a check failed, 2 bad input, 3 not proved yet
`,

  async run(args: readonly string[], io: Io): Promise<number> {
    const { values, positionals } = readArguments('verify', args, OPTIONS);
    const level = readChoice('level', io.environment[LEVEL_VARIABLE] || values.level, PROOF_LEVELS);
    const timeout = values.timeout === undefined ? undefined : readDuration('timeout', values.timeout);
    const { expectation } = await readLinkArguments('verify', positionals, values, io);
    const { azure, hub, clock } = io.connect(subscriptionOf(expectation.notificationHubId));
    const record = recordOf(values, clock.now());
    const view = values.wait ? waitView(io) : undefined;
    let report: Report;
    try {
      report = await verifyLink(
        { azure, clock, ...(values['no-probe'] ? {} : { hub }) },
        { ...expectation, ...(record ? { record } : {}) },
        {
          level,
          wait: values.wait,
          ...(timeout === undefined ? {} : { timeout }),
          signal: io.signal,
          ...(view ? { onLook: (look: Report) => view.show(look) } : {}),
        },
      );
    } catch (error) {
      if (error instanceof AzureError && error.kind === 'credentials') throw new BadInput(error.message);
      throw error;
    } finally {
      view?.end();
    }
    if (values.junit !== undefined) await writeReport(resolve(io.folder, values.junit), junitXml(report));
    io.out(values.json ? `${JSON.stringify(report, undefined, 2)}\n` : reportText(report));
    return exitCodeOf(report);
  },
};

function exitCodeOf({ verdict, proved }: Report): number {
  if (verdict === 'broken') return EXIT.failed;
  return proved ? EXIT.ok : EXIT.notProved;
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

async function writeReport(path: string, text: string): Promise<void> {
  await writeFile(path, redact(text)).catch((error: Error) => {
    throw new BadInput(`--junit ${path} cannot be written: ${error.message}`);
  });
}
