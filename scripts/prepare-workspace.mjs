// Runs before `npm start`, `npm test` and `npm run local`: plain Node, since nothing may be installed yet.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST_NODE = 20;
// Write-only attributes and ephemeral values need Terraform or OpenTofu of this version.
const OLDEST_TERRAFORM = [1, 11];

const project = join(dirname(fileURLToPath(import.meta.url)), '..');

try {
  checkNode();
  if (process.argv.includes('--terraform')) checkTerraform();
  await installPackages();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

function checkNode() {
  if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE) return;
  throw new Error(
    `Node ${process.versions.node} is too old: this project needs Node 22 or later (${OLDEST_NODE} still works; 20, 22 and 24 are tested)\n` +
      'install it from https://nodejs.org/en/download or with a version manager such as nvm or fnm',
  );
}

function checkTerraform() {
  const name = process.env.TERRAFORM_BINARY_NAME || 'terraform';
  const needed = `Terraform ${OLDEST_TERRAFORM.join('.')} or later`;
  const remedy =
    'install it from https://developer.hashicorp.com/terraform/install and put it on PATH\n' +
    `or use OpenTofu ${OLDEST_TERRAFORM.join('.')} or later (https://opentofu.org/docs/intro/install) with TERRAFORM_BINARY_NAME=tofu`;

  const run = spawnSync(name, ['version', '-json'], {
    encoding: 'utf8',
    env: { ...process.env, CHECKPOINT_DISABLE: '1' },
  });
  if (run.error) {
    const found = run.error.code === 'ENOENT' ? `no command '${name}' on PATH` : run.error.message;
    throw new Error(`${needed} is needed and was not found: ${found}\n${remedy}`);
  }
  const version = /"terraform_version":\s*"(\d+)\.(\d+)\.([^"]+)"/.exec(run.stdout);
  if (run.status !== 0 || !version) {
    const said = `${run.stdout}${run.stderr}`.trim().split('\n')[0] || `exit code ${run.status}`;
    throw new Error(`${needed} is needed, but '${name} version -json' answered: ${said}\n${remedy}`);
  }
  const [major, minor] = [Number(version[1]), Number(version[2])];
  if (major > OLDEST_TERRAFORM[0] || (major === OLDEST_TERRAFORM[0] && minor >= OLDEST_TERRAFORM[1])) return;
  throw new Error(
    `${needed} is needed, but '${name}' on PATH is ${version.slice(1).join('.')}, which lacks write-only attributes\n${remedy}`,
  );
}

async function installPackages() {
  const modules = join(project, 'node_modules');
  if (installed(modules)) return;
  if (existsSync(modules) && lstatSync(modules).isSymbolicLink()) {
    throw new Error(
      `node_modules is a link to ${realpathSync(modules)}, whose packages are not those of package-lock.json\n` +
        'run npm ci in the folder it belongs to, or remove the link',
    );
  }

  const started = Date.now();
  const elapsed = () => `${Math.round((Date.now() - started) / 1000)} s`;
  const terminal = process.stdout.isTTY;
  process.stdout.write(`installing packages (npm ci) …${terminal ? '' : '\n'}`);
  const ticker = terminal
    ? setInterval(() => process.stdout.write(`\rinstalling packages (npm ci) … ${elapsed()}`), 1_000)
    : setInterval(() => process.stdout.write(`installing packages … ${elapsed()}\n`), 30_000);
  const { code, output } = await npm([
    'ci',
    '--loglevel=error',
    '--no-fund',
    '--no-audit',
    '--no-progress',
    '--prefer-offline',
  ]);
  clearInterval(ticker);
  if (terminal) process.stdout.write('\r\x1b[K');
  if (code !== 0) {
    throw new Error(
      `npm ci failed after ${elapsed()} with exit code ${code}:\n${output.trim().split('\n').slice(0, 20).join('\n')}\n` +
        'see that the package registry can be reached (npm ping), then run the same command again',
    );
  }
  process.stdout.write(`installed packages in ${elapsed()}\n`);
}

/** True when npm's own record of what it installed agrees with package-lock.json. */
function installed(modules) {
  const record = join(modules, '.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')).packages;
  const found = JSON.parse(readFileSync(record, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, wish]) => path === '' || (found[path] ? found[path].version === wish.version : wish.optional),
  );
}

function npm(args) {
  return new Promise((resolve, reject) => {
    // npm names its own script here, which spares a search of PATH and, on Windows, a shell.
    const script = process.env.npm_execpath;
    const child = script
      ? spawn(process.execPath, [script, ...args], { cwd: project, stdio: ['ignore', 'pipe', 'pipe'] })
      : spawn('npm', args, {
          cwd: project,
          stdio: ['ignore', 'pipe', 'pipe'],
          shell: process.platform === 'win32',
        });
    let output = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (output += data));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}
