import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { ManualClock } from '../../../azure/core/clock';
import { startLocalAzure, SUBSCRIPTION_ID } from '../../../azure';
import { arm, send, tokenOf } from '../../support/clients';

const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-kept`;
const GROUPS = '2023-07-01';

describe('the life of local Azure', () => {
  test('keeps resources, tokens and the CA over a restart in the same folder', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'local-azure-test-'));
    try {
      const first = await startLocalAzure({ stateDir });
      const token = await tokenOf(first);
      await arm(first, 'PUT', GROUP, GROUPS, { location: 'westeurope', tags: { kept: 'yes' } });
      const ca = readFileSync(first.endpoints.certificateFile, 'utf8');
      await first.close();

      const second = await startLocalAzure({ stateDir });
      expect(readFileSync(second.endpoints.certificateFile, 'utf8')).toBe(ca);
      const found = await arm(second, 'GET', GROUP, GROUPS, undefined, token);
      expect(found.json).toMatchObject({ name: 'rg-kept', tags: { kept: 'yes' } });
      expect(second.context.activityLog).toHaveLength(1);
      await second.close();
    } finally {
      rmSync(stateDir, { recursive: true, force: true });
    }
  });

  test('leaves no folder behind when none was given', async () => {
    const azure = await startLocalAzure();
    const folder = dirname(dirname(azure.endpoints.certificateFile));
    expect(existsSync(folder)).toBe(true);
    await azure.close();
    expect(existsSync(folder)).toBe(false);
  });

  test.each(['https', 'proxy', 'control'] as const)(
    'names the port and the option when the %s port is taken',
    async (option) => {
      const taken = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => taken.once('listening', resolve));
      const { port } = taken.address() as AddressInfo;
      await expect(startLocalAzure({ ports: { [option]: port } })).rejects.toThrow(
        `port ${port} on 127.0.0.1 is in use; free it, or choose another by ports.${option}`,
      );
      await new Promise((resolve) => taken.close(resolve));
    },
  );

  test('stops what was started when a service fails to start', async () => {
    let closed = false;
    const services = [
      () => ({ close: () => void (closed = true) }),
      () => ({ start: () => Promise.reject(new Error('this service is broken')) }),
    ];
    await expect(startLocalAzure({ services })).rejects.toThrow('this service is broken');
    expect(closed).toBe(true);
  });

  test('has a folder for itself until it is closed, and takes over what a process left that is gone', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'local-azure-test-'));
    try {
      const first = await startLocalAzure({ stateDir });
      const inUse = `the folder ${stateDir} is in use by the local Azure of process ${process.pid}`;
      await expect(startLocalAzure({ stateDir })).rejects.toThrow(inUse);
      await first.close();
      await (await startLocalAzure({ stateDir })).close();

      const lock = join(stateDir, 'in-use');
      expect(existsSync(lock)).toBe(false);
      writeFileSync(lock, String(process.ppid));
      await expect(startLocalAzure({ stateDir })).rejects.toThrow(
        new RegExp(`of process ${process.ppid}; .*delete ${lock}`),
      );
      for (const left of [String(spawnSync(process.execPath, ['-e', '']).pid), '']) {
        writeFileSync(lock, left);
        await (await startLocalAzure({ stateDir })).close();
      }
    } finally {
      rmSync(stateDir, { recursive: true, force: true });
    }
  });

  test.each([
    [join(__filename, 'folder'), 'ENOTDIR'],
    ...(process.platform === 'linux' ? [['/proc/local-azure/folder', 'ENOENT']] : []),
  ])('says of the folder %s that it cannot be written to, and why', async (stateDir, code) => {
    await expect(startLocalAzure({ stateDir })).rejects.toThrow(
      `the folder ${stateDir} cannot be written to (${code}`,
    );
  });

  test('stays closed once it is closed, and leaves no folder behind when it is asked to be emptied then', async () => {
    const azure = await startLocalAzure();
    const folder = dirname(dirname(azure.endpoints.certificateFile));
    await azure.close();
    await expect(azure.reset()).rejects.toThrow('local Azure is closed');
    await expect(azure.snapshot()).rejects.toThrow('local Azure is closed');
    expect(existsSync(folder)).toBe(false);
  });

  test('says which file of kept state is broken', async () => {
    const stateDir = mkdtempSync(join(tmpdir(), 'local-azure-test-'));
    try {
      writeFileSync(join(stateDir, 'state.json'), '{');
      await expect(startLocalAzure({ stateDir })).rejects.toThrow(
        /state\.json cannot be read.*delete the file/s,
      );
    } finally {
      rmSync(stateDir, { recursive: true, force: true });
    }
  });

  test('refuses a token once Azure’s clock has passed its expiry', async () => {
    const clock = new ManualClock();
    const azure = await startLocalAzure({ clock });
    const token = await tokenOf(azure);
    const url = `https://management.azure.com/subscriptions?api-version=2022-12-01`;
    expect((await send(azure, 'GET', url, { token })).status).toBe(200);
    await clock.advance(25 * 3_600_000);
    const late = await send(azure, 'GET', url, { token });
    expect([late.status, late.json.error.code]).toEqual([401, 'ExpiredAuthenticationToken']);
    await azure.close();
  });
});
