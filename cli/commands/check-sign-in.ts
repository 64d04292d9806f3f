import { credentialFrom, signInDifference } from '../../link';
import type { Command } from '../command';
import { EXIT } from '../exit-code';
import type { Io } from '../io';
import { readArguments } from '../options';

const OPTIONS = {
  subscription: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;
/** Both providers and every command ask for tokens of ARM first. */
const SCOPE = 'https://management.azure.com/.default';

export const checkSignIn: Command = {
  name: 'check-sign-in',
  summary: 'say who a deploy from here signs in as, and by which way',
  usage: `acs-push check-sign-in [options]

Signs in as azurerm would with the same environment, for a token that is thrown away. A deploy runs it before it makes
anything, since verification and publishing, which come last, sign in by themselves.

  --subscription ID            of several accounts of the Azure CLI, the one that has it (ARM_SUBSCRIPTION_ID)
  --json                       print as JSON

exit code: 0 signed in, 2 nobody to sign in as, refused, or not supported, 3 the sign-in cannot be reached
`,

  async run(args: readonly string[], io: Io): Promise<number> {
    const { values } = readArguments('check-sign-in', args, OPTIONS);
    const credential = credentialFrom(io.environment, { subscriptionId: values.subscription });
    const { token } = await credential.getToken(SCOPE, { abortSignal: io.signal });
    const who = { way: credential.way, ...claimsOf(token) };
    const difference = signInDifference(io.environment);
    io.out(values.json ? `${JSON.stringify(who)}\n` : `signed in by ${who.way} as ${nameOf(who)}\n`);
    if (difference !== undefined) io.err(`acs-push: ${difference}\n`);
    return EXIT.ok;
  },
};

interface Claims {
  readonly clientId?: string;
  readonly objectId?: string;
  readonly tenantId?: string;
}

/** For people to read; whether the token is worth anything, Azure says. */
function claimsOf(token: string): Claims {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
    const { appid: clientId, oid: objectId, tid: tenantId } = JSON.parse(payload) as Record<string, string>;
    return { clientId, objectId, tenantId };
  } catch {
    return {};
  }
}

function nameOf({ clientId, objectId, tenantId }: Claims): string {
  if (!objectId) return 'somebody whose token does not tell';
  return `${objectId} (client id ${clientId}, tenant ${tenantId})`;
}
