import {
  HUB_PLATFORMS,
  INSTALLATION_ID_RULE,
  isInstallationId,
  isRawId,
  testSend,
  type TestSendReport,
} from '../../relay/operations';
import { BadInput } from '../bad-input';
import type { Command } from '../command';
import { EXIT } from '../exit-code';
import type { Io } from '../io';
import { readArguments, readChoice } from '../options';
import { connectToRelay } from '../relay-connection';
import { relayOf } from '../relay-outputs';

const OPTIONS = {
  user: { type: 'string' },
  device: { type: 'string' },
  platform: { type: 'string', multiple: true },
  title: { type: 'string', default: 'Test' },
  body: { type: 'string', default: 'Sent by acs-push test-send' },
  json: { type: 'boolean', default: false },
} as const;

export const testSendCommand: Command = {
  name: 'test-send',
  summary: "send a test push through the relay's hub to one user or device, and say what became of it",
  usage: `acs-push test-send {environment} --user RAW_ID [options]
acs-push test-send {environment} --device INSTALLATION_ID [options]

  environment                  an environment that is deployed, with a relay
  --user RAW_ID                all devices of an ACS identity: 8:acs:… or 8:orgid:…
  --device INSTALLATION_ID     one device, as it was registered with the devices API
  --platform NAME              apple, fcmv1 or browser; may be repeated; default apple and fcmv1
  --title TEXT, --body TEXT    what the push says
  --json                       print the report as JSON

Reaches at most ten devices of each platform, by the relay's hub for alerts: PushKit tokens lie in another hub and are
not reached.

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
    const { sendRuleId } = await relayOf(positionals[0], io);
    const report = await testSend(
      {
        ruleId: sendRuleId,
        to: user === undefined ? { installationId: device! } : { user },
        title: values.title,
        body: values.body,
        platforms,
      },
      connectToRelay(io, sendRuleId),
    );
    io.out(values.json ? `${JSON.stringify(report, undefined, 2)}\n` : text(report));
    return report.devices.some(({ delivered }) => delivered) ? EXIT.ok : EXIT.failed;
  },
};

function text({ devices }: TestSendReport): string {
  if (devices.length === 0) return 'no device is registered for that: nothing was sent\n';
  return devices
    .map(
      ({ platform, handle, outcome, delivered }) =>
        `${delivered ? 'ok  ' : 'FAIL'} ${platform} ${handle}  ${outcome}\n`,
    )
    .join('');
}
