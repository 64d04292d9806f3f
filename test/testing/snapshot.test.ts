import { homedir, tmpdir } from 'node:os';
import { snapshotSerializer, SynthesizedStack } from '../../testing';
import { pushNotifications } from '../support/push-notifications';
import { ensureAssets } from '../support/assets';

const snapshot = (json: object) => new SynthesizedStack(JSON.stringify(json)).snapshot();

/** As of a process in another folder. */
function inFolder(cwd: string, seen: () => void): void {
  const spied = jest.spyOn(process, 'cwd').mockReturnValue(cwd);
  try {
    seen();
  } finally {
    spied.mockRestore();
  }
}

test('names no folder of the machine', () => {
  inFolder('/srv/app', () =>
    expect(
      snapshot({
        terraform: { backend: { local: { path: '/srv/app/terraform.dev.tfstate' } } },
        locals: { temporary: `${tmpdir()}/x`, home: `${homedir()}/y`, other: '/srv/app-else/z' },
      }),
    ).toEqual({
      terraform: { backend: { local: { path: '{cwd}/terraform.dev.tfstate' } } },
      locals: { temporary: '{tmp}/x', home: '{home}/y', other: '/srv/app-else/z' },
    }),
  );
});

test('takes no part of an address for a folder of the machine', () => {
  const locals = { url: 'https://contoso.example/api/push', made: '${azurerm_x.host}/api', path: '/api/x' };
  inFolder('/api', () => expect(snapshot({ locals }).locals).toEqual({ ...locals, path: '{cwd}/x' }));
});

test('has placeholders for hashes of files, and keeps hashes that Azure is told', () => {
  const hash = 'a'.repeat(64);
  expect(
    snapshot({
      resource: {
        terraform_data: {
          Publish: {
            triggers_replace: { package: hash },
            provisioner: [
              {
                'local-exec': {
                  command: 'node assets/Push_Script_1A/0123456789ABCDEF0123456789ABCDEF/p.cjs',
                },
              },
            ],
          },
        },
        azapi_resource: { App: { body: { properties: { package: hash } } } },
      },
    }).resource,
  ).toEqual({
    terraform_data: {
      Publish: {
        triggers_replace: { package: '{sha256}' },
        provisioner: [{ 'local-exec': { command: 'node assets/Push_Script_1A/{hash}/p.cjs' } }],
      },
    },
    azapi_resource: { App: { body: { properties: { package: hash } } } },
  });
});

test('says where secrets come from, without the expression', () => {
  expect(
    snapshot({
      resource: {
        azapi_resource: {
          Hub: {
            sensitive_body: {
              token: '${replace(var.apns_token, "\\n", "")}',
              key: '${ephemeral.azurerm_key_vault_secret.Key.value}',
              literal: 'hush',
            },
          },
        },
      },
    }).resource.azapi_resource.Hub.sensitive_body,
  ).toEqual({
    token: '{var.apns_token}',
    key: '{ephemeral.azurerm_key_vault_secret.Key}',
    literal: '{literal}',
  });
});

test('leaves out conditions and metadata, and nothing of that name that Azure is told', () => {
  expect(
    snapshot({
      '//': { metadata: { version: '0.21.0' } },
      variable: { key: { type: 'string', validation: [{ condition: 'x', error_message: 'y' }] } },
      resource: {
        azapi_resource: {
          A: {
            lifecycle: { precondition: [{}], prevent_destroy: true },
            body: { validation: 1, lifecycle: { a: 1 } },
          },
          B: { lifecycle: { postcondition: [{}] } },
        },
      },
    }),
  ).toEqual({
    variable: { key: { type: 'string' } },
    resource: {
      azapi_resource: {
        A: { lifecycle: { prevent_destroy: true }, body: { validation: 1, lifecycle: { a: 1 } } },
        B: {},
      },
    },
  });
});

test('is in the order of the alphabet, with the line ends of Unix', () => {
  expect(JSON.stringify(snapshot({ b: 'one\r\ntwo', a: { d: 1, c: [2, 1] } }))).toBe(
    '{"a":{"c":[2,1],"d":1},"b":"one\\ntwo"}',
  );
});

test('of a whole stack is the same from another folder', () => {
  ensureAssets();
  const here = process.cwd();
  const before = snapshotSerializer.serialize(pushNotifications());
  try {
    process.chdir(tmpdir());
    const elsewhere = pushNotifications();
    expect(snapshotSerializer.test(elsewhere)).toBe(true);
    expect(snapshotSerializer.serialize(elsewhere)).toBe(before);
    expect(before).not.toContain(here);
  } finally {
    process.chdir(here);
  }
});
