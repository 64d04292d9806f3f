import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { printable, redact } from '../../cli/redact';
import { StackProject } from './stack-project';

/** Plants secrets that can be told from everything else. */
class Planted {
  private readonly words: string[] = [];

  constructor(private readonly side: string) {}

  secret(place: string): string {
    const word = `pl4nted${this.side}${place}`;
    this.words.push(word);
    return word;
  }

  /** A key in base64, as long as those of Azure. */
  key(place: string): string {
    return `${this.secret(place)}${'K'.repeat(30)}=`;
  }

  get count(): number {
    return this.words.length;
  }
}

const PEM = (body: string) => `-----BEGIN PRIVATE KEY-----\n${body}\n${body}\n-----END PRIVATE KEY-----`;
const SITE = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/site';

/** A stack with a secret wherever one may stand. */
function stack(side: string) {
  const planted = new Planted(side);
  const [s, k] = [planted.secret.bind(planted), planted.key.bind(planted)];
  const long = 'x'.repeat(60);
  const again = s('Again');
  const json = {
    provider: { azurerm: [{ client_secret: s('Provider') }] },
    terraform: {
      backend: {
        http: { address: `https://user:${s('Backend')}@state.example/` },
        azurerm: { access_key: k('Access') },
      },
    },
    variable: {
      marked: { type: 'string', sensitive: true, default: s('Variable') },
      parts: { sensitive: true, default: { a: [s('VariableList')], b: { c: s('VariableMap') } } },
      db_password: { default: s('VariableNamed') },
    },
    output: {
      marked: { sensitive: true, value: s('Output') },
      function: { value: `\${sensitive("${s('Function')}")}` },
    },
    locals: { store_key: k('Local'), deep: { clientSecret: s('LocalDeep') } },
    resource: {
      azurerm_key_vault_secret: { Vaulted: { name: 'one', value: s('Vault') } },
      kubernetes_secret: { Pod: { data: { any: s('Kubernetes') } } },
      azapi_resource: {
        Vaulted: {
          type: 'Microsoft.KeyVault/vaults/secrets@2023-07-01',
          name: 'two',
          body: { properties: { value: s('VaultBody') } },
        },
        Site: {
          type: 'Microsoft.Web/sites@2023-12-01',
          body: {
            properties: {
              siteConfig: {
                appSettings: [
                  'DB_PASS',
                  'dbPwd',
                  'STORAGEKEY',
                  'Auth__Bot',
                  'MY_CREDENTIALS',
                  'Push:Token',
                ].map((name, i) => ({ name, value: s(`Setting${i}x`) })),
              },
            },
          },
        },
        Events: {
          type: 'Microsoft.EventGrid/eventSubscriptions@2024-06-01-preview',
          body: {
            properties: {
              destination: {
                properties: {
                  deliveryAttributeMappings: [
                    { name: 'x-one', type: 'Static', properties: { isSecret: true, value: s('Mapping') } },
                    { name: 'x-two', type: 'Static', properties: { isSecret: false, value: 'open' } },
                  ],
                },
              },
            },
          },
        },
      },
      azurerm_eventgrid_event_subscription: {
        Subscription: {
          webhook_endpoint: [{ url: `https://f.example/${long}/api?code=${k('Code')}&next=1` }],
          delivery_property: [
            { header_name: 'x-header', type: 'Static', secret: true, value: s('Header') },
            { header_name: 'y-header', type: 'Static', secret: 'true', value: s('HeaderText') },
          ],
        },
      },
      azurerm_linux_function_app: {
        App: {
          app_settings: {
            STORE: `DefaultEndpointsProtocol=https;AccountName=${long};AccountKey=${k('Account')};EndpointSuffix=x`,
            ACS: `endpoint=https://acs.example/;accesskey=${k('Acs')}`,
            HUB: `Endpoint=sb://${long}.example/;SharedAccessKeyName=n;SharedAccessKey=${k('Shared')}`,
            SQL: `Server=tcp:${long};User=u;Password="${s('Quoted')} ; two";`,
            SQL_ODBC: `Driver=x;Uid=u;Pwd={${s('Braces')};2};`,
            MONGO: `mongodb://root:${s('Url')}p@ss@db.example:27017/`,
            BLOB: `https://st.example/c?sv=1&sig=${s('Sig')}%3D&se=2`,
            CERT: `${long}${PEM(k('Pem'))}`,
            CERT64: Buffer.from(`${PEM(k('Pem64'))}`).toString('base64'),
            API_KEY: again,
          },
          connection_string: [{ name: 'Main', type: 'Custom', value: s('ConnectionString') }],
        },
      },
      terraform_data: {
        Commands: {
          provisioner: [
            {
              'local-exec': {
                command: [
                  `curl -u me:${s('Basic')} https://x/`,
                  `az login --password ${s('Option')} --tenant t`,
                  `DB_PASSWORD='${s('Environment')}' run`,
                  `curl -H "Authorization: Basic ${s('Authorization')}" -H 'x-functions-key: ${s('HeaderKey')}' https://x/`,
                  `echo ${again} | docker login --password-stdin`,
                ].join('\n'),
                environment: { PGPASSWORD: s('Exec') },
              },
            },
          ],
        },
      },
      acme_thing: {
        Thing: {
          name: `https://user:${s('Name')}@thing.example/?code=${s('NameCode')}`,
          site_id: `${SITE}?code=${s('Id')}`,
          vault: `@Microsoft.KeyVault(VaultName=v?code=${s('VaultName')};SecretName=n)`,
          [`password=${s('Key')}`]: '${azapi_resource.Site.id}',
        },
      },
      azurerm_role_assignment: {
        Role: {
          principal_id: `p?sig=${s('Principal')}`,
          scope: '${azapi_resource.Site.id}',
          role_definition_name: 'R',
        },
      },
    },
  };
  return { json, planted };
}

let project: StackProject;

beforeEach(() => {
  project = new StackProject();
});

afterEach(() => project.remove());

/** What of planted words, or of their base64, is in a text. */
function found(text: string): string[] {
  const signs = text.replace(/&?#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
  const decoded = [...text.matchAll(/[A-Za-z0-9+/]{24,}/g)].map(([part]) =>
    Buffer.from(part, 'base64').toString(),
  );
  return [text, signs, text.replace(/_/g, ''), ...decoded].flatMap(
    (each) => each.match(/.{0,30}pl4nted\w*|K{9,}/gi) ?? [],
  );
}

test('no secret that a stack has is in what diff says of it, as text or as JSON', async () => {
  const [dev, prod] = [stack('Dev'), stack('Prod')];
  expect(found(JSON.stringify(dev.json)).length).toBeGreaterThan(dev.planted.count);
  project.write('dev', dev.json);
  project.write('prod', prod.json);
  const text = await project.run('diff', 'dev', 'prod');
  const json = await project.run('diff', 'dev', 'prod', '--json');
  for (const { code, out, err } of [text, json]) {
    expect([code, err]).toEqual([0, '']);
    expect(found(out)).toEqual([]);
  }
  const { differing } = JSON.parse(json.out) as { differing: { path: string; differences: object[] }[] };
  // All of it is still said to differ.
  expect(differing.map(({ path }) => path).sort()).toEqual(
    ['App', 'Commands', 'Events', 'Pod', 'Role', 'Site', 'Subscription', 'Thing', 'Vaulted', 'Vaulted']
      .concat([
        'azurerm',
        'backend',
        'db_password',
        'deep',
        'function',
        'marked',
        'marked',
        'parts',
        'store_key',
      ])
      .sort(),
  );
  expect(differing.find(({ path }) => path === 'Subscription')?.differences).toContainEqual({
    setting: 'webhook_endpoint.url',
    a: `https://f.example/${'x'.repeat(60)}/api?code=(hidden)&next=1`,
    b: `https://f.example/${'x'.repeat(60)}/api?code=(hidden)&next=1`,
  });
});

test('no secret that a stack has is in its picture', async () => {
  project.write('dev', stack('Dev').json);
  for (const detail of [[], ['--detail']]) {
    const { code, out } = await project.run('graph', 'dev', ...detail);
    expect([code, found(out)]).toEqual([0, []]);
    await project.run('graph', 'dev', '--file', 'dev.svg', ...detail);
    const picture = readFileSync(join(project.folder, 'dev.svg'), 'utf8');
    expect(picture).toContain('<svg');
    expect(found(picture)).toEqual([]);
  }
});

test('what only sounds like a secret is shown: which one it is, how long it lives, whether there is one', async () => {
  const open = (word: string) => ({
    resource: {
      azurerm_linux_function_app: {
        App: {
          app_settings: {
            apnsKeyId: `${word}01`,
            APNS_KEY_ID: `${word}02`,
            TOKEN_NAME: `${word}03`,
            VAPID_PUBLIC_KEY: `${word}04`,
            AUTHOR: `${word}05`,
            BYPASS: `${word}06`,
            KEYVAULT_URL: `${word}07`,
            WEBSITE_AUTH_ENABLED: `${word}08`,
            TOKEN_TTL: `${word}09`,
          },
          key_vault_id: `${word}10`,
          secret_permissions: [`${word}11`],
          auth_settings: { runtime_version: `${word}12` },
          shared_access_key_enabled: word === 'one',
          partition_key: `${word}14`,
        },
      },
    },
    output: { plain: { value: `${word}15`, sensitive: false } },
  });
  project.write('dev', open('one'));
  project.write('prod', open('two'));
  const { out } = await project.run('diff', 'dev', 'prod');
  expect(out).not.toContain('(hidden)');
  expect(out.match(/one\d\d/g)).toHaveLength(14);
});

test('what is a secret in one stack is hidden in the other too', async () => {
  project.write('dev', { variable: { v: { default: 'pl4nted1', sensitive: true } } });
  project.write('prod', { variable: { v: { default: 'pl4nted2' } } });
  expect((await project.run('diff', 'dev', 'prod', '--json')).out).not.toContain('pl4nted');
});

test.each([
  ['one of a list that has a comma in it', ['pl4nted, word', 'other'], 'pl4nted, word'],
  ['one that looks like a list', '[harmless, pl4nted]', '[harmless, pl4nted]'],
])('%s is hidden whole where it stands again', async (_, secret, again) => {
  const stack = (more: string) => ({
    variable: { v: { default: secret, sensitive: true } },
    locals: { command: `run ${again} harmless ${more}` },
  });
  project.write('dev', stack('a'));
  project.write('prod', stack('b'));
  const { out } = await project.run('diff', 'dev', 'prod', '--json');
  expect(out).toContain('"run (hidden) harmless a"');
});

test.each([
  'pwd=a"b',
  'pwd=',
  'pwd=a\\',
  'password="a b"',
  "x pwd='a'",
  'https://u:p@h',
  'token a',
  'a: "b"',
])('JSON that has %j stays JSON when it is redacted, once or twice', (text) => {
  for (const indent of [undefined, 2]) {
    const json = JSON.stringify({ password: text, other: [text, text], isPassword: null }, undefined, indent);
    expect(Object.keys(JSON.parse(redact(json)) as object)).toEqual(['password', 'other', 'isPassword']);
    expect(redact(redact(json))).toBe(redact(json));
  }
});

test('what is no secret is printed as it is', () => {
  const text = [
    'exit code=7; see https://example.com:8080/a@b?page=2',
    'Basic publishing  PASSWORD is missing',
    '  + password = (sensitive value)',
    'api-version=2023-10-01 keyName=a --key primary',
  ].join('\n');
  expect(printable(text)).toBe(text);
});
