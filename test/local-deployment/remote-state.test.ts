import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { copyFileSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ResourceManagementClient } from '@azure/arm-resources';
import { ClientSecretCredential } from '@azure/identity';
import { BlobClient, ContainerClient } from '@azure/storage-blob';
import { BadInput } from '../../cli/bad-input';
import { StateBlob } from '../../cli/state-blob';
import { LeasedLock, LockHeldError, LockLostError, RestHubClient, rotateKeys, systemClock } from '../../link';
import { clientOptions, DEPLOYER, SUBSCRIPTION_ID, TENANT_ID } from '../../local/azure';
import {
  DeploymentError,
  machineEnvironment,
  PROJECT,
  type Deployment,
} from '../../testing/local/deployment';
import { credentialVariables } from '../../testing/local/push-credentials';
import { ForwardClock } from '../../local/azure/core/forward-clock';
import { DEPLOY_TIMEOUT_MS, openBench, unbroken, type Bench } from './deployed';

const BACKEND = {
  type: 'azurerm',
  resourceGroupName: 'rg-tfstate',
  storageAccountName: 'sttfstate1234',
  containerName: 'tfstate',
  key: 'acs-push/local.tfstate',
};
const STORAGE_VERSION = '2023-05-01';

const clock = new ForwardClock();
let bench: Bench;
let deployment: Deployment;

beforeAll(async () => {
  bench = await openBench({ clock });
  await makeContainer();
  deployment = deploymentWith({});
  await deployment.deploy();
  // A rotation runs in the folder that has it, and writes the key there that is linked.
  copyFileSync(join(PROJECT, 'cdktf.json'), join(deployment.folder, 'cdktf.json'));
}, DEPLOY_TIMEOUT_MS);

afterAll(() => bench?.close());

const deploymentWith = (changes: object) =>
  bench.changed({ backend: BACKEND, events: { target: 'none' }, verification: false, ...changes });

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

/** `acs-push rotate` as it is packed, in the folder of the deployment. */
class Rotating {
  printed = '';
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;

  constructor(...words: string[]) {
    const program = join(PROJECT, 'dist/cli/acs-push.cjs');
    this.child = spawn(process.execPath, [program, 'rotate', ...words], {
      cwd: deployment.folder,
      env: {
        ...machineEnvironment(),
        ...bench.cloud.environment,
        ...credentialVariables(bench.credentials),
        // The shortest that there is: one test waits until it has run out.
        ACS_PUSH_LEASE_SECONDS: '15',
      },
    });
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      stream.on('data', (chunk) => (this.printed += String(chunk)));
    }
    this.ended = new Promise((resolve) => this.child.once('close', resolve));
  }

  async prints(text: string): Promise<void> {
    const over = this.ended.then(() => 'over');
    while (!this.printed.includes(text)) {
      const next = new Promise((resolve) => this.child.stderr!.once('data', resolve));
      if ((await Promise.race([next, over])) === 'over') throw new Error(`ended early:\n${this.printed}`);
    }
  }

  stop(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.ended;
  }
}

describe('the lock of that state, taken by a rotation', () => {
  const lock = () => new LeasedLock(new StateBlob(stateBlob()), systemClock);

  it(
    'refuses a deploy, which says who has it, and a second rotation; killed, it lets the next deploy in by itself',
    async () => {
      const rotation = new Rotating('local');
      await rotation.prints('waiting until the data plane can hold no other key');
      const refusal: unknown = await deployment.plan().catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(DeploymentError);
      const message = unbroken((refusal as DeploymentError).output);
      expect(message).toContain('Error acquiring the state lock');
      expect(message).toContain('Operation: acs-push rotate');
      expect(message).toMatch(/Info: replaces the keys of the link.* killed, it is gone after 15 s/);

      const second = new Rotating('local');
      expect(await second.ended).toBe(1);
      expect(unbroken(second.printed)).toMatch(/is locked by \S+@\S+ since .*acs-push rotate.*: let it end/);
      expect(second.printed).toContain('this rotation has not touched the link');

      await rotation.stop('SIGKILL');
      const { output } = await deployment.terraform([
        'apply',
        '-auto-approve',
        '-input=false',
        '-no-color',
        '-lock-timeout=10m',
      ]);
      expect(output).toContain('Apply complete!');
      expect(await leaseState()).toBe('available');
    },
    DEPLOY_TIMEOUT_MS,
  );

  it(
    'is that of the state that one names for a link by ids, and is given up when the rotation is interrupted',
    async () => {
      const outputs = await deployment.outputs();
      const rotation = new Rotating(
        ...['--communication-service', String(outputs.communication_service_id)],
        ...['--hub', String(outputs.calling_hub_id), '--policy', String(outputs.calling_policy_id)],
        ...['--state-blob', `${CONTAINER_URL}/${BACKEND.key}`],
      );
      await rotation.prints('waiting until the data plane can hold no other key');
      expect(await leaseState()).toBe('leased');
      expect(await rotation.stop('SIGINT')).toBe(1);
      expect(rotation.printed).toContain(
        "rotation stopped at 'anchor': interrupted; linked is the primary key, which is valid; run it again",
      );
      expect(await leaseState()).toBe('available');
    },
    DEPLOY_TIMEOUT_MS,
  );

  it(
    'is given up for the deploy of the rotation alone, after which Terraform and Azure agree',
    async () => {
      const outputs = await deployment.outputs();
      const expectation = {
        communicationServiceId: String(outputs.communication_service_id),
        notificationHubId: String(outputs.calling_hub_id),
        ruleId: String(outputs.calling_policy_id),
      };
      const { certificateFile, proxy } = bench.cloud.azure.endpoints;
      const { hostname, port } = new URL(proxy);
      const duringSteps = new Map<string, string | undefined>();
      let step = '';
      const { linked } = await rotateKeys(
        {
          azure: bench.cloud.reader,
          hub: new RestHubClient({
            ca: readFileSync(certificateFile, 'utf8'),
            proxy: { host: hostname, port: Number(port) },
          }),
          clock: {
            now: () => clock.now(),
            sleep: async (milliseconds) => {
              duringSteps.set(step, await leaseState());
              clock.advance(milliseconds);
            },
          },
          lock: lock(),
          owner: {
            key: async () => (await deployment.outputs()).calling_policy_key as 'primary' | 'secondary',
            switchTo: async (key) => {
              duringSteps.set('deploy', await leaseState());
              await deploymentWith({ link: { key } }).deploy();
            },
          },
        },
        expectation,
        { onProgress: (progress) => (step = progress.step) },
      );
      expect(linked).toBe('secondary');
      expect(Object.fromEntries(duringSteps)).toEqual({
        anchor: 'leased',
        'regenerate spare': 'leased',
        deploy: 'available',
        switch: 'leased',
        'retire old': 'leased',
      });
      expect(await leaseState()).toBe('available');
      deployment = deploymentWith({ link: { key: 'secondary' } });
      await deployment.prepare();
      expect((await deployment.plan()).changes).toBe(false);
    },
    2 * DEPLOY_TIMEOUT_MS,
  );

  it('is not to be had while a deploy has it', async () => {
    const apply = await WaitingApply.start();
    const refusal: unknown = await lock()
      .acquire()
      .catch((error: unknown) => error);
    await apply.decline();
    expect(refusal).toBeInstanceOf(LockHeldError);
    expect(refusal).toMatchObject({ byRotation: false });
    expect((refusal as Error).message).toMatch(
      /is locked by \S+@\S+ since .*OperationTypeApply, ID .*'terraform force-unlock \S+'/,
    );
  });

  it('is lost, and known to be, when somebody forces it open', async () => {
    const held = await lock().acquire();
    const { metadata } = await stateBlob().getProperties();
    const { ID } = JSON.parse(Buffer.from(metadata!.terraformlockid!, 'base64').toString()) as { ID: string };
    await held.confirm();
    await deployment.terraform(['force-unlock', '-force', ID]);
    await expect(held.confirm()).rejects.toThrow(LockLostError);
    expect(held.lost.aborted).toBe(true);
    await held.release();
  });

  it('leaves no trace on the state when it is given up', async () => {
    const held = await lock().acquire();
    await held.release();
    expect((await stateBlob().getProperties()).metadata).toEqual({});
  });

  it('needs a state', async () => {
    const options = clientOptions(bench.cloud.azure.endpoints);
    const none = new StateBlob(new BlobClient(`${CONTAINER_URL}/none`, deployer(), options));
    await expect(none.acquire(60_000)).rejects.toThrow(BadInput);
    await expect(none.acquire(60_000)).rejects.toThrow(/there is no state at .*none: deploy first/);
  });

  it('needs a role on the container, and says which', async () => {
    const stranger = {
      getToken: async () => {
        const audience = 'https://storage.azure.com';
        const who = { objectId: randomUUID(), clientId: randomUUID(), audience };
        const { token } = await bench.cloud.azure.entra.issueToken(who);
        return { token, expiresOnTimestamp: Date.now() + 60_000 };
      },
    };
    const options = clientOptions(bench.cloud.azure.endpoints);
    const blob = new StateBlob(new BlobClient(`${CONTAINER_URL}/${BACKEND.key}`, stranger, options));
    await expect(blob.acquire(60_000)).rejects.toThrow(BadInput);
    await expect(blob.acquire(60_000)).rejects.toThrow(
      /may not be locked \(403 .*needs the role 'Storage Blob Data Contributor'.*or vouch by --alone/,
    );
  });
});
