import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ResourceManagementClient } from '@azure/arm-resources';
import { ClientSecretCredential } from '@azure/identity';
import { BlobClient, ContainerClient } from '@azure/storage-blob';
import { clientOptions, DEPLOYER, SUBSCRIPTION_ID, TENANT_ID } from '../../local/azure';
import { DeploymentError, machineEnvironment, type Deployment } from '../../local/runner/deployment';
import { credentialVariables } from '../../local/runner/push-credentials';
import { DEPLOY_TIMEOUT_MS, openBench, unbroken, type Bench } from './deployed';

const BACKEND = {
  type: 'azurerm',
  resourceGroupName: 'rg-tfstate',
  storageAccountName: 'sttfstate1234',
  containerName: 'tfstate',
  key: 'acs-push/local.tfstate',
};
const STORAGE_VERSION = '2023-05-01';

let bench: Bench;
let deployment: Deployment;

beforeAll(async () => {
  bench = await openBench();
  await makeContainer();
  deployment = bench.changed({ backend: BACKEND, events: { target: 'none' }, verification: false });
  await deployment.deploy();
}, DEPLOY_TIMEOUT_MS);

afterAll(() => bench?.close());

/** The container for the state, in an account that takes no keys: as somebody makes it before the first deploy. */
async function makeContainer(): Promise<void> {
  const { endpoints } = bench.cloud.azure;
  const { resourceGroups, resources } = new ResourceManagementClient(
    deployer(),
    SUBSCRIPTION_ID,
    clientOptions(endpoints),
  );
  await resourceGroups.createOrUpdate(BACKEND.resourceGroupName, { location: 'westeurope' });
  const account =
    `subscriptions/${SUBSCRIPTION_ID}/resourceGroups/${BACKEND.resourceGroupName}` +
    `/providers/Microsoft.Storage/storageAccounts/${BACKEND.storageAccountName}`;
  await resources.beginCreateOrUpdateByIdAndWait(account, STORAGE_VERSION, {
    location: 'westeurope',
    kind: 'StorageV2',
    sku: { name: 'Standard_LRS' },
    properties: { allowSharedKeyAccess: false, allowBlobPublicAccess: false },
  });
  await resources.beginCreateOrUpdateByIdAndWait(
    `${account}/blobServices/default/containers/${BACKEND.containerName}`,
    STORAGE_VERSION,
    { properties: { publicAccess: 'None' } },
  );
}

const deployer = () =>
  new ClientSecretCredential(
    TENANT_ID,
    DEPLOYER.clientId,
    DEPLOYER.clientSecret,
    clientOptions(bench.cloud.azure.endpoints),
  );

const CONTAINER_URL = `https://${BACKEND.storageAccountName}.blob.core.windows.net/${BACKEND.containerName}`;

// A client that is made from another one shares its pipeline, which takes the policies of local Azure once only.
const container = () =>
  new ContainerClient(CONTAINER_URL, deployer(), clientOptions(bench.cloud.azure.endpoints));
const stateBlob = () =>
  new BlobClient(`${CONTAINER_URL}/${BACKEND.key}`, deployer(), clientOptions(bench.cloud.azure.endpoints));

const leaseState = async () => (await stateBlob().getProperties()).leaseState;

/** A `terraform apply` that has planned and waits at its question, with the lock on the state. */
class WaitingApply {
  private constructor(
    private readonly child: ChildProcessWithoutNullStreams,
    private readonly ended: Promise<number | null>,
  ) {}

  /** Resolves when it asks. */
  static async start(): Promise<WaitingApply> {
    const child = spawn('terraform', ['apply', '-destroy', '-no-color'], {
      cwd: deployment.stackFolder,
      env: { ...machineEnvironment(), ...bench.cloud.environment, ...credentialVariables(bench.credentials) },
    });
    let printed = '';
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const asked = new Promise<string>((resolve) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (text) => {
          printed += String(text);
          if (printed.includes('Enter a value:')) resolve('asked');
        });
      }
    });
    if ((await Promise.race([asked, ended])) !== 'asked') {
      throw new Error(`terraform apply ended without asking:\n${printed}`);
    }
    return new WaitingApply(child, ended);
  }

  async decline(): Promise<void> {
    this.child.stdin.end('no\n');
    await this.ended;
  }
}

describe('the state in a container of Azure', () => {
  it('is one blob, which holds all that was deployed', async () => {
    const blobs: string[] = [];
    for await (const { name } of container().listBlobsFlat()) blobs.push(name);
    expect(blobs).toEqual([BACKEND.key]);
    const state = JSON.parse(String(await stateBlob().downloadToBuffer())) as {
      resources: { mode: string; type: string; name: string }[];
    };
    const stored = state.resources.map(({ mode, type, name }) => [mode, type, name].join(' '));
    const { resources } = await deployment.showState();
    expect(stored.sort()).toEqual(
      resources.map(({ mode, type, name }) => [mode, type, name].join(' ')).sort(),
    );
    expect(stored).toContainEqual(expect.stringMatching(/^managed azapi_resource_action /));
  });

  it('is not on disk: the one file of that name says where the state is', () => {
    const files = readdirSync(deployment.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.includes('.tfstate'))
      .map((entry) => join(entry.parentPath, entry.name));
    expect(files.map((file) => relative(deployment.stackFolder, file))).toEqual([
      join('.terraform', 'terraform.tfstate'),
    ]);
    const { backend, resources } = JSON.parse(readFileSync(files[0]!, 'utf8')) as {
      backend: { type: string; config: object };
      resources?: unknown;
    };
    expect(backend.type).toBe('azurerm');
    expect(backend.config).toMatchObject({
      storage_account_name: BACKEND.storageAccountName,
      container_name: BACKEND.containerName,
      key: BACKEND.key,
      use_azuread_auth: true,
      access_key: null,
      client_secret: null,
    });
    expect(resources).toBeUndefined();
  });

  it(
    'is what the next plan starts from: it has no changes',
    async () => {
      const plan = await deployment.plan();
      expect(plan.text).toContain('No changes.');
      expect(plan.changes).toBe(false);
    },
    DEPLOY_TIMEOUT_MS,
  );

  it(
    'is locked by a lease while Terraform has it, refused to a second Terraform, and free afterwards',
    async () => {
      const first = await WaitingApply.start();
      let refusal: unknown;
      try {
        expect(await leaseState()).toBe('leased');
        refusal = await deployment.plan().then(
          () => undefined,
          (error: unknown) => error,
        );
      } finally {
        await first.decline();
      }
      expect(refusal).toBeInstanceOf(DeploymentError);
      const message = unbroken((refusal as DeploymentError).output);
      expect(message).toContain('Error acquiring the state lock');
      expect(message).toContain('state blob is already locked');
      expect(message).toContain(`Path: ${BACKEND.containerName}/${BACKEND.key}`);

      expect(await leaseState()).toBe('available');
      expect((await deployment.plan()).changes).toBe(false);
    },
    DEPLOY_TIMEOUT_MS,
  );
});
