import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const RUNNER = join(__dirname, '../../../testing/local');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'leftovers-test-'));
  writeFileSync(join(folder, 'terraform.tfstate'), '{}');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a command and a folder are gone after the process that had them was killed', async () => {
  const program = join(folder, 'program.ts');
  writeFileSync(
    program,
    `import { Leftovers } from ${JSON.stringify(join(RUNNER, 'leftovers.ts'))};
    import { run } from ${JSON.stringify(join(RUNNER, 'processes.ts'))};
    void run('sh', ['-c', 'echo $$; sleep 100000'], {
      cwd: '/',
      env: { PATH: process.env.PATH! },
      leftovers: new Leftovers([${JSON.stringify(folder)}]),
      onLine: (line) => console.log(line),
    });`,
  );
  const tsx = pathToFileURL(require.resolve('tsx')).href;
  const child = spawn(process.execPath, ['--import', tsx, program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const printed = await new Promise<string>((resolve) =>
    child.stdout.once('data', (text) => resolve(`${text}`)),
  );
  const command = Number(printed);
  expect(isRunning(command)).toBe(true);
  child.kill('SIGKILL');
  while (isRunning(command) || existsSync(folder)) await new Promise((resolve) => setTimeout(resolve, 50));
});

/** What nobody has asked how it ended is listed still. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}
