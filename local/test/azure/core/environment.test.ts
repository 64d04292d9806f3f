import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { startLocalAzure, SUBSCRIPTION_ID } from '../../../azure';
import { arm } from '../../support/clients';

const ROOT = join(__dirname, '../../../..');
const GROUP = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/rg-env`;

/** Runs a script of the project's in another process. */
async function runScript(script: string, environment: Record<string, string>): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...environment },
  });
  return stdout;
}

/** Asks the proxy for a tunnel, sends through it, and answers all that comes back. */
async function throughProxy(proxyUrl: string, target: string, text: string): Promise<string> {
  const { hostname, port } = new URL(proxyUrl);
  const socket = connect(Number(port), hostname);
  socket.write(`CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n\r\n`);
  let received = '';
  for await (const chunk of socket) {
    received += String(chunk);
    if (received.endsWith('\r\n\r\n') && received.includes(' 200 ')) socket.end(text);
  }
  return received;
}

describe('clients that know nothing of local Azure', () => {
  test('find their way by the environment alone', async () => {
    const azure = await startLocalAzure();
    await arm(azure, 'PUT', GROUP, '2023-07-01', { location: 'westeurope' });
    const script = `
      const { EnvironmentCredential } = require('@azure/identity');
      const { ResourceManagementClient } = require('@azure/arm-resources');
      const client = new ResourceManagementClient(new EnvironmentCredential(), process.env.AZURE_SUBSCRIPTION_ID);
      client.resourceGroups.get('rg-env').then((group) => console.log(group.id));
    `;
    expect(await runScript(script, azure.environment)).toBe(`${GROUP}\n`);
    await azure.close();
  });

  test("get no variable that the real azurerm refuses beside the stack's own provider block", async () => {
    const azure = await startLocalAzure();
    const names = Object.keys(azure.environment);
    await azure.close();
    // "cannot be set at the same time" as resource_provider_registrations (azurerm 4.55).
    expect(names).toContain('ARM_RESOURCE_PROVIDER_REGISTRATIONS');
    expect(names).not.toContain('ARM_SKIP_PROVIDER_REGISTRATION');
  });

  test.each([
    [true, /^HTTP\/1\.1 200 .*hello back$/s],
    [false, /^HTTP\/1\.1 403 .*local Azure does not answer for localhost\n$/s],
  ])('reach hosts beyond it only when passThrough is %s', async (passThrough, expected) => {
    const server = createServer((socket) => socket.on('data', (text) => socket.end(`${String(text)} back`)));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const azure = await startLocalAzure({ passThrough });
    const target = `localhost:${(server.address() as AddressInfo).port}`;
    expect(await throughProxy(azure.endpoints.proxy, target, 'hello')).toMatch(expected);
    await azure.close();
    server.close();
  });

  test('find no Azurite left when local Azure was killed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'local-azure-test-'));
    const script = join(folder, 'run.ts');
    writeFileSync(
      script,
      `
      import { startLocalAzure } from ${JSON.stringify(join(ROOT, 'local/azure'))};
      import { arm } from ${JSON.stringify(join(ROOT, 'local/test/support/clients'))};
      async function main() {
        const azure = await startLocalAzure({ stateDir: ${JSON.stringify(folder)} });
        await arm(azure, 'PUT', '${GROUP}', '2023-07-01', { location: 'westeurope' });
        const account = '${GROUP}/providers/Microsoft.Storage/storageAccounts/stkilled';
        await arm(azure, 'PUT', account, '2023-05-01', { location: 'westeurope', properties: {} });
        await arm(azure, 'PUT', account + '/blobServices/default/containers/c', '2023-05-01', { properties: {} });
        console.log(await azure.storage.processId());
      }
      void main();
      `,
    );
    const tsx = pathToFileURL(require.resolve('tsx')).href;
    const child = spawn(process.execPath, ['--import', tsx, script], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(child.stdout!.setEncoding('utf8'), 'data')) as [string];
    const azurite = Number(line);
    expect(azurite).toBeGreaterThan(0);
    child.kill('SIGKILL');
    await once(child, 'exit');
    while (isRunning(azurite)) await new Promise((resolve) => setTimeout(resolve, 50));
    rmSync(folder, { recursive: true, force: true });
  });
});

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false;
  }
}
