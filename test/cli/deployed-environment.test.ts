import { silent } from '../../terminal';
import { readFileSync } from 'node:fs';
import { RestHubClient, rotateKeys } from '../../link';
import { expectationOf } from '../../cli/deployed-link';
import { COMMANDS } from '../../cli/commands';
import type { Io } from '../../cli/io';
import { rotationLockOf } from '../../cli/rotation-lock';
import { runCommand } from '../../cli/run';
import { Stacks } from '../../cli/stacks';
import { machineEnvironment } from '../../testing/local/deployment';
import { credentialVariables } from '../../testing/local/push-credentials';
import { arm } from '../../local/test/support/clients';
import { DEPLOY_TIMEOUT_MS, openBench, type Bench } from '../local-deployment/deployed';
import { ForwardClock } from '../../local/azure/core/forward-clock';

const HUBS_VERSION = '2023-10-01-preview';

let bench: Bench;
let io: Io;
let out: string;

beforeAll(async () => {
  const clock = new ForwardClock();
  bench = await openBench({ clock });
  await deployment().deploy();
  const { certificateFile, proxy } = bench.cloud.azure.endpoints;
  const { hostname, port } = new URL(proxy);
  const ca = readFileSync(certificateFile, 'utf8');
  const surroundings = {
    environment: process.env,
    folder: bench.deployment.folder,
    signal: new AbortController().signal,
    err: () => undefined,
  };
  io = {
    ...surroundings,
    stacks: new Stacks(surroundings),
    out: (text) => (out += text),
    err: () => undefined,
    progress: silent,
    connect: () => ({
      azure: bench.cloud.reader,
      hub: new RestHubClient({ ca, proxy: { host: hostname, port: Number(port) } }),
      clock: { now: () => clock.now(), sleep: async (milliseconds) => clock.advance(milliseconds) },
    }),
  };
}, DEPLOY_TIMEOUT_MS);

afterAll(() => bench?.close());

beforeEach(() => (out = ''));

/** What whoever deploys here has set. */
function terraformEnvironment(): NodeJS.ProcessEnv {
  return {
    ...machineEnvironment(),
    ...bench.cloud.environment,
    ...credentialVariables(bench.credentials),
  };
}

/** The command in a terminal of theirs. */
function inTerminal(): Io {
  const there = { ...io, environment: terraformEnvironment() };
  return { ...there, stacks: new Stacks(there) };
}

/** Deploys whose own verification does not wait for the window, which takes the machine's ten minutes. */
function deployment(changes: Record<string, unknown> = {}) {
  return bench.changed({ ...changes, verification: { level: 'config' } });
}

async function verify(...options: string[]): Promise<{ code: number; verdict: string; failed: string[] }> {
  out = '';
  const code = await runCommand(COMMANDS, ['verify', 'local', '--json', ...options], io);
  const { verdict, checks } = JSON.parse(out) as {
    verdict: string;
    checks: { id: string; status: string }[];
  };
  return { code, verdict, failed: checks.filter(({ status }) => status === 'fail').map(({ id }) => id) };
}

async function post(id: string, action: string, body?: unknown): Promise<Record<string, string>> {
  const { json } = await arm(bench.cloud.azure, 'POST', `${id}/${action}`, HUBS_VERSION, body);
  return json as Record<string, string>;
}

function linkedKey(acs: string): string | undefined {
  const { effective, pending } = bench.cloud.azure.services.communication.links(acs);
  const newest = pending.at(-1) ?? effective;
  return /SharedAccessKey=(.*)$/.exec(newest?.connectionString ?? '')?.[1];
}

describe('the environment local, deployed by cdktf', () => {
  it('is proved by its name alone, without waiting for a window that does not apply', async () => {
    expect(await verify('--wait')).toEqual({ code: 0, verdict: 'settled', failed: [] });
  });

  it(
    'mends a regenerated key and widened rights by the next deploy, and verify finds both before',
    async () => {
      const { ruleId, communicationServiceId } = await expectationOf('local', io);
      await post(ruleId, 'regenerateKeys', { policyKey: 'PrimaryKey' });
      await arm(bench.cloud.azure, 'PUT', ruleId, HUBS_VERSION, {
        properties: { rights: ['Listen', 'Send'] },
      });
      expect(await verify()).toEqual({
        code: 1,
        verdict: 'broken',
        failed: ['policy-rights', 'connection-string', 'key-current'],
      });
      await deployment().deploy();
      expect(await verify('--wait')).toMatchObject({ code: 0, failed: [] });
      expect(linkedKey(communicationServiceId)).toBe((await post(ruleId, 'listKeys')).primaryKey);
    },
    DEPLOY_TIMEOUT_MS,
  );

  it(
    'is rotated by a deploy, after which Terraform and Azure agree',
    async () => {
      const expectation = await expectationOf('local', io);
      const before = await post(expectation.ruleId, 'listKeys');
      const { linked } = await rotateKeys(
        {
          ...io.connect(),
          lock: await rotationLockOf('local', {}, inTerminal()),
          owner: {
            key: async () => (await expectationOf('local', io)).key,
            switchTo: async (key) => {
              await deployment({ link: { key } }).deploy();
            },
          },
        },
        expectation,
      );
      expect(linked).toBe('secondary');
      const after = await post(expectation.ruleId, 'listKeys');
      expect(after.primaryKey).not.toBe(before.primaryKey);
      expect(after.secondaryKey).not.toBe(before.secondaryKey);
      expect(linkedKey(expectation.communicationServiceId)).toBe(after.secondaryKey);
      expect((await expectationOf('local', io)).key).toBe('secondary');

      const next = deployment({ link: { key: 'secondary' } });
      await next.prepare();
      expect((await next.plan()).changes).toBe(false);
    },
    2 * DEPLOY_TIMEOUT_MS,
  );
});
