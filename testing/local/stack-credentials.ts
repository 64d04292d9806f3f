import { readFileSync } from 'node:fs';
import { makePushCredentials } from './push-credentials';

/**
 * Values for the variables that a synthesized stack takes credentials of hubs from, made for this run: each in the form
 * in which the hub's credential is made of it.
 * @param given variables that have a value
 * @throws Error naming the variable of a VAPID key: its public half stands in the stack, so that no other can be made
 */
export async function credentialsOf(
  file: string,
  given: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const { apnsToken, fcmServiceAccount } = await makePushCredentials();
  const { private_key: fcmPrivateKey } = JSON.parse(fcmServiceAccount) as { private_key: string };
  const values: Record<string, string> = {};
  const take = (expression: unknown, value: (text: string) => string) => {
    for (const [, name] of String(expression).matchAll(/\bvar\.([\w-]+)/g)) {
      if (given[name!] === undefined) values[name!] = value(String(expression));
    }
  };
  for (const { apnsCredential, fcmV1Credential, browserCredential } of hubSecrets(file)) {
    take(apnsCredential?.properties?.token, () => apnsToken);
    take(fcmV1Credential?.properties?.privateKey, (expression) =>
      expression.includes('jsondecode(') ? fcmServiceAccount : fcmPrivateKey,
    );
    take(browserCredential?.properties?.vapidPrivateKey, (expression) => {
      throw new Error(
        `no value for the variable of the VAPID key: ${expression}\n` +
          'make a pair with makeVapidKeys(), give its public key to BrowserCredential, and its private key by ' +
          "deployLocally's variables: { vapid_private_key: pair.privateKey }",
      );
    });
  }
  return values;
}

/**
 * Terraform takes values of the environment for variables that there are not, without a word.
 * @param files configurations, of which one at least has to declare each
 * @throws Error naming those that none declares
 */
export function checkDeclared(files: readonly string[], given: Readonly<Record<string, string>>): void {
  const declared = files.flatMap((file) => {
    const { variable = {} } = JSON.parse(readFileSync(file, 'utf8')) as { variable?: object };
    return Object.keys(variable);
  });
  const unknown = Object.keys(given).filter((name) => !declared.includes(name));
  if (unknown.length === 0) return;
  throw new Error(
    `variables takes the names of the stack's variables, ${declared.join(', ') || 'of which it has none'}; got ${unknown.join(', ')}`,
  );
}

type Secrets = Partial<
  Record<
    'apnsCredential' | 'fcmV1Credential' | 'browserCredential',
    { readonly properties?: Readonly<Record<string, unknown>> }
  >
>;

function hubSecrets(file: string): Secrets[] {
  const { resource = {} } = JSON.parse(readFileSync(file, 'utf8')) as {
    resource?: Record<string, Record<string, { sensitive_body?: { properties?: Secrets } }>>;
  };
  return Object.values(resource.azapi_resource ?? {}).flatMap(
    ({ sensitive_body: secret }) => secret?.properties ?? [],
  );
}
