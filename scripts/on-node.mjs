// `npm run test:node -- 24 [paths…]`: the tests under another version of Node, which npm brings into a folder of the
// project's. Without paths it is all of `npm test`; the packages are those that are installed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const project = join(dirname(fileURLToPath(import.meta.url)), '..');
const [version = '', ...paths] = process.argv.slice(2);

if (!/^\d+(\.\d+){0,2}$/.test(version)) {
  process.stderr.write(
    `on-node takes a version of Node first, got '${version}'; for example: npm run test:node -- 22\n`,
  );
  process.exit(2);
}

const node = bring(version);
const env = { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` };
const tests =
  paths.length === 0 ? npmCommand(['test']) : [node, [join(project, 'scripts', 'jest.mjs'), ...paths]];
const { status, error } = run(tests, { env, stdio: 'inherit' });
if (error) throw error;
process.exitCode = status ?? 1;

/** Where that Node is; npm's package of it for this machine is installed unless it is there. */
function bring(wanted) {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${system}-${process.arch}`;
  const folder = join(project, 'node_modules', '.cache', 'node', wanted);
  const file = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const args = [
    'install',
    '--prefix',
    folder,
    '--no-save',
    '--no-package-lock',
    '--ignore-scripts',
    `${name}@${wanted}`,
  ];
  const { status } = run(npmCommand(args), { stdio: ['ignore', 'ignore', 'inherit'] });
  if (status === 0 && existsSync(file)) return file;
  rmSync(folder, { recursive: true, force: true });
  process.stderr.write(
    `npm could not bring Node ${wanted} (${name}@${wanted}): see that there is such a version, or run the tests with a Node of your own\n`,
  );
  process.exit(1);
}

/** npm by the script that runs this one, so that its own Node is the one in PATH. */
function npmCommand(args) {
  const script = process.env.npm_execpath;
  return script ? ['node', [script, ...args]] : ['npm', args];
}

function run([command, args], options) {
  const shell = command === 'npm' && process.platform === 'win32';
  return spawnSync(command, args, { cwd: project, shell, ...options });
}
