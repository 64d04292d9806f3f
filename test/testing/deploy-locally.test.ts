import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createECDH } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AzurermBackend, LocalBackend, TerraformOutput, TerraformStack, Testing, type App } from 'cdktf';
import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import { ResourceGroup } from '@cdktf/provider-azurerm/lib/resource-group';
import { NotificationHubNamespace, PushNotifications } from '../../constructs';
import { adaptStack } from '../../testing/local/adapted-stack';
import { checkDeclared, credentialsOf } from '../../testing/local/stack-credentials';
import { deployLocally, makeVapidKeys, SynthesisError } from '../../testing';
import { writeStacks } from '../../testing/write-stacks';
import { ensureAssets } from '../support/assets';
import { apnsCredential, browserCredential, fcmCredential, GROUP } from '../support/samples';
import { newStack } from '../support/synth';

const PROJECT = join(__dirname, '../..');

let folder: string;

beforeAll(() => {
  ensureAssets();
  if (!existsSync(join(PROJECT, 'dist/local/kit.cjs'))) {
    execFileSync(process.execPath, [join(PROJECT, 'scripts/build-testing.mjs')]);
  }
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deploy-locally-test-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const jsonOf = (stack: string) =>
  JSON.parse(readFileSync(join(folder, 'stacks', stack, 'cdk.tf.json'), 'utf8')) as Record<string, any>;

describe('what cannot be deployed', () => {
  test('tells all mistakes before anything is started', async () => {
    const stack = newStack();
    new NotificationHubNamespace(stack, 'First', { resourceGroup: GROUP, name: 'x' });
    new NotificationHubNamespace(stack, 'Second', { resourceGroup: GROUP, name: 'y!' });
    const error: unknown = await deployLocally(stack).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SynthesisError);
    expect((error as SynthesisError).mistakes).toHaveLength(2);
  });

  test('says that Terraform is missing', async () => {
    const environment = { TERRAFORM_BINARY_NAME: 'terraform-of-nobody' };
    await expect(deployLocally(newStack(), { environment })).rejects.toThrow(
      "deployLocally runs Terraform 1.11 or later, and there is no command 'terraform-of-nobody' on PATH\ninstall it from ",
    );
  });

  test('refuses what would lead out of local Azure', async () => {
    const environment = {
      ARM_CLIENT_ID: 'real',
      https_proxy: '',
      NO_PROXY: '*',
      TF_VAR_any: 'x',
      TF_LOG: 'warn',
    };
    await expect(deployLocally(newStack(), { environment })).rejects.toThrow(
      'deployLocally takes no environment variables that lead out of local Azure, got ARM_CLIENT_ID, https_proxy, NO_PROXY: ' +
        'leave them out',
    );
  });

  test('says that Azurite is missing', () => {
    // The bundle with what it reads, in a folder above which nothing is installed.
    cpSync(join(PROJECT, 'dist/local'), join(folder, 'local'), { recursive: true });
    const terraform = join(folder, 'terraform');
    writeFileSync(terraform, '#!/bin/sh\n', { mode: 0o755 });
    const request = { folder, stacks: [], variables: {}, environment: { TERRAFORM_BINARY_NAME: terraform } };
    const script = `require('./local/kit.cjs').deploy(${JSON.stringify(request)}).catch((e) => console.log(e.message))`;
    const printed = execFileSync(process.execPath, ['-e', script], { cwd: folder, encoding: 'utf8' });
    expect(printed).toBe(
      'deployLocally runs Azurite as the storage of local Azure, and it is not installed\n' +
        'install it beside cdktf-acs-push: npm install --save-dev azurite\n',
    );
    expect(existsSync(folder)).toBe(false);
  });

  test('says that there is no stack', async () => {
    await expect(deployLocally(Testing.app())).rejects.toThrow('has no stack');
  });
});

describe('what is written', () => {
  test('is a stack with its assets, after those that it depends on', () => {
    const app: App = Testing.app();
    const second = new TerraformStack(app, 'second');
    const first = newStack('first', app);
    const group = new ResourceGroup(first, 'Group', { name: 'rg-one', location: 'westeurope' });
    new TerraformOutput(second, 'id', { value: group.id });
    newStack('unasked', app);
    expect(writeStacks(second, folder)).toEqual(['first', 'second']);
    expect(existsSync(join(folder, 'stacks/unasked'))).toBe(false);
    expect(Object.keys(jsonOf('first').output)).toHaveLength(1);
    for (const stack of ['first', 'second']) {
      adaptStack(join(folder, 'stacks', stack, 'cdk.tf.json'), { stack, states: '/states' });
    }
    expect(jsonOf('first').terraform.backend).toEqual({ local: { path: '/states/terraform.first.tfstate' } });
    const [remote] = Object.values(jsonOf('second').data.terraform_remote_state);
    expect(remote).toEqual({ backend: 'local', config: { path: '/states/terraform.first.tfstate' } });
  });

  test('is led to local Azure: state, subscription and signing in', () => {
    const subscription = '99999999-0000-0000-0000-000000000009';
    const stack = new TerraformStack(Testing.app(), 'app');
    new AzurermBackend(stack, {
      resourceGroupName: 'rg',
      storageAccountName: 'st',
      containerName: 'c',
      key: 'k',
    });
    new AzurermProvider(stack, 'azurerm', {
      features: [{}],
      subscriptionId: subscription,
      tenantId: 't',
      useOidc: true,
      storageUseAzuread: true,
    });
    new TerraformOutput(stack, 'id', { value: `/subscriptions/${subscription}/resourceGroups/rg` });
    const group = new ResourceGroup(stack, 'Group', { name: 'rg', location: 'westeurope' });
    group.addOverride('lifecycle', { prevent_destroy: true });
    writeStacks(stack, folder);
    const file = join(folder, 'stacks/app/cdk.tf.json');
    adaptStack(file, { stack: 'app', states: folder });
    const json = jsonOf('app');
    expect(Object.keys(json.terraform.backend)).toEqual(['local']);
    expect(json.provider.azurerm).toEqual([{ features: [{}], storage_use_azuread: true }]);
    expect(json.output.id.value).toBe(
      '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg',
    );
    expect(json.resource.azurerm_resource_group.Group.lifecycle).toEqual({ prevent_destroy: true });
    adaptStack(file, { stack: 'app', states: folder, destroyable: true });
    expect(jsonOf('app').resource.azurerm_resource_group.Group.lifecycle).toEqual({});
  });
});

describe('variables of credentials', () => {
  const fileOf = (more: (stack: TerraformStack) => object = () => ({})) => {
    const stack = newStack('app');
    new LocalBackend(stack, {});
    new PushNotifications(stack, 'Push', {
      resourceGroup: GROUP,
      name: 'contoso',
      uniqueSuffix: 'x7k2p9',
      dataLocation: 'Europe',
      apns: apnsCredential(stack),
      fcm: fcmCredential(stack),
      ...more(stack),
    });
    writeStacks(stack, folder);
    return join(folder, 'stacks/app/cdk.tf.json');
  };

  test('get an APNs key and what FCM takes, by what they are used for', async () => {
    const values = await credentialsOf(fileOf(), {});
    expect(Object.values(values).sort()).toEqual([
      expect.stringMatching(/^-----BEGIN PRIVATE KEY-----/),
      expect.stringMatching(/^(-----BEGIN PRIVATE KEY-----|\{"type":"service_account")/),
    ]);
  });

  test('that have a value keep it', async () => {
    const all = await credentialsOf(fileOf(), {});
    const [name] = Object.keys(all);
    expect(Object.keys(await credentialsOf(fileOf(), { [name!]: 'mine' }))).toEqual(
      Object.keys(all).filter((each) => each !== name),
    );
  });

  test('that no stack has are refused', async () => {
    const file = fileOf();
    const [name] = Object.keys(await credentialsOf(file, {}));
    expect(() => checkDeclared([file], { [name!]: 'mine' })).not.toThrow();
    expect(() => checkDeclared([file], { apns_tokn: 'a secret' })).toThrow(
      /^variables takes the names of the stack's variables, .*; got apns_tokn$/,
    );
  });

  test('of a VAPID pair are asked for', async () => {
    const file = fileOf((stack) => ({ browser: browserCredential(stack) }));
    await expect(credentialsOf(file, {})).rejects.toThrow('no value for the variable of the VAPID key');
  });
});

test('a VAPID pair is one', () => {
  const { publicKey, privateKey } = makeVapidKeys();
  const pair = createECDH('prime256v1');
  pair.setPrivateKey(privateKey, 'base64url');
  expect(pair.getPublicKey('base64url')).toBe(publicKey);
  expect([publicKey.length, privateKey.length]).toEqual([87, 43]);
});
