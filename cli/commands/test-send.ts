import { resolve } from 'node:path';
import {
  HUB_PLATFORMS,
  hubRequest,
  INSTALLATION_ID_RULE,
  isInstallationId,
  isRawId,
  relaySettings,
  SAMPLE_EVENTS,
  samplePush,
  testPush,
  testSend,
  type Connection,
  type HubRequest,
  type SamplePush,
  type SendRules,
  type TestSendReport,
} from '../../relay/operations';
import type { Templates } from '../../relay/words';
import { BadInput } from '../bad-input';
import type { Command } from '../command';
import { deployedTemplates, templatesOf } from '../deployed-templates';
import { EXIT } from '../exit-code';
import type { Io } from '../io';
import { readArguments, readChoice } from '../options';
import { connectToRelay } from '../relay-connection';
import { readSender, SENDER_OPTIONS } from '../relay-options';
import { STACK_USAGE } from '../stack-or-ids';

const OPTIONS = {
  ...SENDER_OPTIONS,
  package: { type: 'string' },
  user: { type: 'string' },
  device: { type: 'string' },
  platform: { type: 'string', multiple: true },
  title: { type: 'string' },
  body: { type: 'string' },
  event: { type: 'string' },
  thread: { type: 'string' },
  show: { type: 'boolean', default: false },
  'dry-run': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

/** A chat thread that nobody has. */
const SAMPLE_THREAD = '19:sample@thread.v2';

export const testSendCommand: Command = {
  name: 'test-send',
  summary: "send a test push through the relay's hub to one user or device, and say what became of it",
  usage: `acs-push test-send {stack} --user RAW_ID [options]
acs-push test-send {stack} --user RAW_ID --event NAME [options]
acs-push test-send {stack} --device INSTALLATION_ID [options]
acs-push test-send --relay-policy ID (--user RAW_ID | --device INSTALLATION_ID) [options]
acs-push test-send --relay-policy ID --function-app ID --package FILE --user RAW_ID --event NAME [options]

${STACK_USAGE}
or
  --relay-policy ID            ARM id of the rule that the relay sends with (…/authorizationRules/{name})
  --function-app ID            with --event: ARM id of the relay's Function App
  --package FILE               with --event: the relay's package that is deployed, a zip; without templates of your own
                               that is node_modules/cdktf-acs-push/dist/relay/relay.zip. Default is the stack's

  --user RAW_ID                all devices of an ACS identity: 8:acs:… or 8:orgid:…
  --device INSTALLATION_ID     one device, as it was registered with the devices API
  --platform NAME              apple, fcmv1 or browser; may be repeated; default apple and fcmv1, with --event all of
                               the relay's
  --title TEXT, --body TEXT    what the push says
  --event NAME                 what the relay makes of such an event, with made-up contents, by its own templates and
                               settings: ${SAMPLE_EVENTS.slice(0, 4).join(', ')},
                               ${SAMPLE_EVENTS.slice(4).join(', ')};
                               says what the user's preferences would have the relay do, and sends all the same
  --thread ID                  with --event: the chat thread that it is of, such as one that the user has muted
  --show                       print the requests to the hubs, headers and bodies, without their signature
  --dry-run                    the same, and send nothing
  --json                       print the report as JSON

Reaches at most ten devices of each platform; without --event by the relay's hub for alerts alone: PushKit tokens lie in
another hub and are not reached. With --event it takes the right to read the Function App's settings
(Microsoft.Web/sites/config/list/action) and the relay's tables, and the templates are those that were synthesized
last; where nothing was, those that the app of cdktf.json synthesizes now.

exit code: 0 a device took it, 1 none did, 2 bad input, 3 Azure cannot be reached to sign in
`,

  async run(args: readonly string[], io: Io): Promise<number> {
    const { values, positionals } = readArguments('test-send', args, OPTIONS);
    const { user, device } = values;
    if ((user === undefined) === (device === undefined)) {
      throw new BadInput("to whom? give either --user or --device; see 'acs-push test-send --help'");
    }
    if (device !== undefined && !isInstallationId(device)) {
      throw new BadInput(`--device takes an installation id (${INSTALLATION_ID_RULE}), got '${device}'`);
    }
    if (user !== undefined && !isRawId(user)) {
      throw new BadInput(`--user takes the raw id of an ACS identity, such as 8:acs:…, got '${user}'`);
    }
    const platforms = values.platform?.map((name) => readChoice('platform', name, HUB_PLATFORMS));
    const event = sampleEventOf(values);
    const relay = await readSender('test-send', positionals, values, event !== undefined, io);
    if (event && relay.stack === undefined && values.package === undefined) {
      throw new BadInput(
        "what does a push of an event say? without a stack give --package, the relay's package that is deployed",
      );
    }
    const connection = connectToRelay(io, relay.sendRuleId);
    const templates = async (stack: string | undefined) =>
      values.package === undefined
        ? deployedTemplates(stack!, io)
        : templatesOf(resolve(io.folder, values.package));
    const { messages, rules, verdict } = event
      ? await sample(
          { ...event, user: user! },
          relay.functionAppId!,
          await templates(relay.stack),
          connection,
        )
      : {
          messages: testPush(
            {
              to: user === undefined ? { installationId: device! } : { user },
              title: values.title ?? 'Test',
              body: values.body ?? 'Sent by acs-push test-send',
              platforms,
            },
            Date.now(),
          ),
          rules: { alert: relay.sendRuleId },
          verdict: undefined,
        };
    const wanted = messages.filter(({ platform }) => !platforms || platforms.includes(platform));
    const dry = values['dry-run'];
    const requests = values.show || dry ? wanted.map((message) => hubRequest(message, rules)) : undefined;
    const preferences = verdict && preferencesText(verdict);
    if (!values.json) {
      if (preferences) io.out(`preferences: ${preferences}\n`);
      for (const request of requests ?? []) io.out(requestText(request));
    }
    const report = dry ? undefined : await testSend(wanted, rules, connection);
    if (values.json) {
      io.out(`${JSON.stringify({ preferences, requests, ...report }, undefined, 2)}\n`);
    } else if (report) {
      io.out(text(report));
    }
    return !report || report.devices.some(({ delivered }) => delivered) ? EXIT.ok : EXIT.failed;
  },
};

type Values = ReturnType<typeof readArguments<typeof OPTIONS>>['values'];

/** @throws BadInput when the options do not go together */
function sampleEventOf({ event, thread, user, title, body, package: zip }: Values) {
  if (event === undefined) {
    if (zip !== undefined) throw new BadInput('--package is for a push of an event: give --event too');
    if (thread !== undefined) throw new BadInput('--thread is for a push of an event: give --event too');
    return undefined;
  }
  const name = readChoice('event', event.replace(/^Microsoft\.Communication\./, ''), SAMPLE_EVENTS);
  if (user === undefined) {
    throw new BadInput('an event tells users, not devices: give --user with --event');
  }
  if (title !== undefined || body !== undefined) {
    throw new BadInput(
      "what a push of an event says is the templates': leave out --title and --body, or --event",
    );
  }
  if (name === 'SMSReceived' && !/^4:\+?\d+$/.test(user)) {
    throw new BadInput(`an SMS comes to a phone number: give --user as 4:+15551234567, got '${user}'`);
  }
  return { event: name, threadId: thread ?? SAMPLE_THREAD };
}

async function sample(
  wanted: Pick<Parameters<typeof samplePush>[0], 'event' | 'user' | 'threadId'>,
  functionAppId: string,
  templates: Templates,
  connection: Connection,
): Promise<SamplePush & { rules: SendRules }> {
  const settings = await relaySettings(functionAppId, connection);
  const push = await samplePush({ ...wanted, settings, templates }, connection);
  return { ...push, rules: { alert: settings.hubRule.id, voip: settings.voipHubRule?.id } };
}

function preferencesText(verdict: SamplePush['verdict']): string {
  if (verdict instanceof Error) return `not known, the relay would push: ${verdict.message}`;
  switch (verdict.kind) {
    case 'push':
      return 'the relay would push this';
    case 'silent':
      return 'the relay would push this without a sound: the user has quiet hours';
    case 'withheld':
      return `the relay would not push this (${verdict.because}); it is shown and sent here all the same`;
  }
}

function requestText({ method, url, headers, body }: HubRequest): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\n`);
  return `${method} ${url}\n${lines.join('')}\n${body}\n\n`;
}

function text({ devices, messages }: TestSendReport): string {
  const ids = messages.flatMap(({ key, notificationId }) =>
    notificationId ? [`notification ${notificationId}  ${key}\n`] : [],
  );
  if (devices.length === 0) return 'no device is registered for that: nothing was sent\n';
  return [
    ...devices.map(
      ({ hub, platform, handle, outcome, delivered }) =>
        `${delivered ? 'ok  ' : 'FAIL'} ${hub === 'voip' ? 'voip ' : ''}${platform} ${handle}  ${outcome}\n`,
    ),
    ...ids,
  ].join('');
}
