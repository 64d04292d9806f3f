import { accessToken } from '../../relay/identity';
import { DevicesApiError, isRawId, UserDevices, type UserDevice } from '../../relay/operations';
import { BadInput } from '../bad-input';
import { checkedApiUrl, checkedAudience } from '../checked-values';
import type { Command } from '../command';
import { EXIT } from '../exit-code';
import type { Io } from '../io';
import { readArguments } from '../options';
import { connectToRelay } from '../relay-connection';
import { devicesApiOf, type DevicesApiParts } from '../relay-parts';
import { STACK_USAGE, stackOrIds } from '../stack-or-ids';

const OPTIONS = {
  user: { type: 'string' },
  revoke: { type: 'boolean', default: false },
  'devices-api': { type: 'string' },
  audience: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** Holds an access token of a tenant that is not signed in to here; not an option, which all who list processes see. */
const TOKEN_VARIABLE = 'ACS_PUSH_DEVICES_TOKEN';

export const devices: Command = {
  name: 'devices',
  summary: 'list or revoke all devices of a user, by the devices API',
  usage: `acs-push devices {stack} --user RAW_ID [--revoke] [options]
acs-push devices --devices-api URL --audience ID --user RAW_ID [--revoke] [options]

${STACK_USAGE}
or
  --devices-api URL            where the API is: https://{host}/api

  --user RAW_ID                whose: 8:acs:…, 8:orgid:…, 4:+15551234567; devices that have it in alsoFor are among them
  --revoke                     remove them all, from hubs and registry: whole, also those that only have it in alsoFor
  --audience ID                of the API, when the stack has no output 'devices_api_audience'
  --json                       print as JSON

Asks with an access token for the API's audience, of who is signed in here: that needs the app role Devices.Register.All
of the API. With an authority for customers the token comes from another tenant: give it in ${TOKEN_VARIABLE}.

An app with a valid access token registers its device again: docs/devices.md, "All devices of a user".

exit code: 0 done, 1 the API refused it or devices are left, 2 bad input, or the sign-in was refused, 3 Azure cannot be
reached to sign in
`,

  async run(args: readonly string[], io: Io): Promise<number> {
    const { values, positionals } = readArguments('devices', args, OPTIONS);
    const { user } = values;
    if (user === undefined) throw new BadInput("whose devices? give --user; see 'acs-push devices --help'");
    if (!isRawId(user)) {
      throw new BadInput(`--user takes the raw id of an ACS identity, such as 8:acs:…, got '${user}'`);
    }
    const api = await readDevicesApi(positionals, values, io);
    const given = values.audience === undefined ? undefined : checkedAudience('--audience', values.audience);
    const connection = connectToRelay(io, api.functionAppId);
    const token =
      io.environment[TOKEN_VARIABLE]?.trim() ||
      (await accessToken(connection.credential, audienceOf(given ?? api.audience)));
    const ofUser = new UserDevices(connection, api.url, user, token);
    try {
      const found = values.revoke ? await revoked(ofUser) : await ofUser.list();
      io.out(
        values.json
          ? `${JSON.stringify({ devices: found, revoked: values.revoke })}\n`
          : found
            ? text(found, values.revoke)
            : 'revoked all devices of that user\n',
      );
      return EXIT.ok;
    } catch (error) {
      if (!(error instanceof DevicesApiError)) throw error;
      io.err(`acs-push: ${error.message}${REMEDIES[error.status] ?? ''}\n`);
      return EXIT.failed;
    }
  },
};

/** Revokes them, also when there are so many that they cannot be listed; tells which they were, where it can. */
async function revoked(ofUser: UserDevices): Promise<UserDevice[] | undefined> {
  const found = await ofUser.list(1).catch((error: unknown) => {
    if (error instanceof DevicesApiError && [429, 503].includes(error.status)) return undefined;
    throw error;
  });
  await ofUser.revoke();
  return found;
}

/** @throws BadInput */
async function readDevicesApi(
  positionals: readonly string[],
  { 'devices-api': url }: { 'devices-api'?: string },
  io: Io,
): Promise<DevicesApiParts> {
  const stack = stackOrIds('devices', positionals, { 'devices-api': url }, ['devices-api'], io);
  if (stack !== undefined) return devicesApiOf(stack, io);
  return { url: checkedApiUrl('--devices-api', url!) };
}

/** @throws BadInput when it is not known */
function audienceOf(audience: string | undefined): string {
  if (audience !== undefined) return audience;
  throw new BadInput(
    "for which API? no stack has said so by its output 'devices_api_audience': give --audience",
  );
}

const REMEDIES: Readonly<Record<number, string>> = {
  401: `; the token has to be an access token for the API's audience, of its tenant: see 'acs-push devices --help'`,
  403: '; who is signed in needs the app role Devices.Register.All of the API',
};

function text(devices: readonly UserDevice[], revoked: boolean): string {
  if (devices.length === 0) return 'no device is registered for that user\n';
  return devices
    .map(({ installationId, platform, language, voip, expired }) =>
      [
        revoked ? 'revoked ' : '',
        `${platform} ${installationId}`,
        language ? `  ${language}` : '',
        voip ? '  voip' : '',
        expired ? '  expired' : '',
        '\n',
      ].join(''),
    )
    .join('');
}
