import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backendAlone, refuseOtherClouds, stackBackend, terraformBackend } from '../../cli/terraform-backend';
import { BadInput } from '../../cli/bad-input';

let folder: string;

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'backend-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const BLOB = { storage_account_name: 'sttf', container_name: 'tfstate', key: 'app/prod.tfstate' };

const readTerraformBackend = (stack: string, environment: NodeJS.ProcessEnv) =>
  terraformBackend(stackBackend(stack, environment));

function write(file: string, content: unknown): void {
  mkdirSync(join(folder, file, '..'), { recursive: true });
  writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
}

const synthesized = (backend: object) => write('cdk.tf.json', { terraform: { backend } });
const initialized = (type: string, config: object, data = '.terraform') =>
  write(join(data, 'terraform.tfstate'), { version: 3, backend: { type, config } });

describe('the state in Azure Storage', () => {
  test('is the blob that the stack names', () => {
    synthesized({ azurerm: BLOB });
    expect(readTerraformBackend(folder, {})).toEqual({
      type: 'azurerm',
      blobUrl: 'https://sttf.blob.core.windows.net/tfstate/app/prod.tfstate',
    });
  });

  test('is the one that Terraform was initialized with, which goes before', () => {
    synthesized({ azurerm: {} });
    initialized('azurerm', { ...BLOB, key: 'other', environment: null });
    expect(readTerraformBackend(folder, {})).toMatchObject({
      blobUrl: 'https://sttf.blob.core.windows.net/tfstate/other',
    });
  });

  test('of another workspace has its name behind the key', () => {
    synthesized({ azurerm: BLOB });
    const blobUrl = 'https://sttf.blob.core.windows.net/tfstate/app/prod.tfstateenv%3Ablue';
    expect(readTerraformBackend(folder, { TF_WORKSPACE: 'blue' })).toMatchObject({ blobUrl });
    write('.terraform/environment', 'blue');
    expect(readTerraformBackend(folder, {})).toMatchObject({ blobUrl });
  });

  test('of another cloud is refused, as signing in there is', () => {
    const refuse = () => refuseOtherClouds(stackBackend(folder, {}));
    synthesized({ azurerm: { ...BLOB, environment: 'usgovernment' } });
    expect(refuse).toThrow(
      new BadInput(
        "environment of the azurerm backend is 'usgovernment', and only the public cloud of Azure is supported: leave it out, or give 'public'",
      ),
    );
    synthesized({ azurerm: { ...BLOB, environment: 'Public' } });
    expect(refuse).not.toThrow();
  });

  test.each([
    ['an account whose host only Azure knows', { ...BLOB, lookup_blob_endpoint: true }],
    ['an account that is given elsewhere', { container_name: 'tfstate', key: 'k' }],
  ])('in %s is not guessed', (_, config) => {
    synthesized({ azurerm: config });
    expect(readTerraformBackend(folder, {})).toEqual({ type: 'azurerm', blobUrl: undefined });
  });
});

describe('the state on this machine', () => {
  test('is terraform.tfstate when nothing is said', () => {
    expect(readTerraformBackend(folder, {})).toEqual({ type: 'local', statePath: 'terraform.tfstate' });
  });

  test('is where the stack says, and of another workspace in a folder of that name', () => {
    synthesized({ local: { path: '/state/terraform.local.tfstate' } });
    expect(readTerraformBackend(folder, {})).toMatchObject({ statePath: '/state/terraform.local.tfstate' });
    expect(readTerraformBackend(folder, { TF_WORKSPACE: 'blue' })).toMatchObject({
      statePath: join('terraform.tfstate.d', 'blue', 'terraform.tfstate'),
    });
  });
});

test('any other backend is known by its name', () => {
  initialized('s3', { bucket: 'b' }, 'data');
  expect(readTerraformBackend(folder, { TF_DATA_DIR: 'data' })).toEqual({ type: 'other', name: 's3' });
  write('cdk.tf.json', { terraform: { cloud: { organization: 'o' } } });
  expect(readTerraformBackend(folder, {})).toEqual({ type: 'other', name: 'cloud' });
});

describe('the backend alone, for another folder', () => {
  const alone = (data = {}) => backendAlone(stackBackend(folder, data), folder);

  test('has paths of a local state that mean the same there', () => {
    synthesized({ local: { path: 'state/prod.tfstate' } });
    expect(alone()).toEqual({
      terraform: {
        backend: {
          local: {
            path: join(folder, 'state/prod.tfstate'),
            workspace_dir: join(folder, 'terraform.tfstate.d'),
          },
        },
      },
    });
  });

  test('has what Terraform was initialized with elsewhere, and not what that left open', () => {
    synthesized({ azurerm: {} });
    initialized('azurerm', { ...BLOB, access_key: null }, 'data');
    expect(alone({ TF_DATA_DIR: 'data' })).toEqual({ terraform: { backend: { azurerm: BLOB } } });
  });

  test('of the cloud is a block of its own kind', () => {
    const cloud = { organization: 'o', workspaces: { name: 'w' } };
    write('cdk.tf.json', { terraform: { cloud } });
    expect(alone()).toEqual({ terraform: { cloud } });
  });
});
