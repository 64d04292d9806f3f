import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const script = join(__dirname, '..', '..', 'scripts', 'prepare-workspace.mjs');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prepare-workspace-'));
  mkdirSync(join(folder, 'scripts'));
  cpSync(script, join(folder, 'scripts', 'prepare-workspace.mjs'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A project whose one dependency lies beside it, so that the real npm installs it without a network. */
function project(version: string): void {
  mkdirSync(join(folder, 'dependency'), { recursive: true });
  writeFileSync(join(folder, 'dependency', 'package.json'), JSON.stringify({ name: 'dependency', version }));
  const dependencies = { dependency: 'file:dependency' };
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'app', version: '1.0.0', dependencies }),
  );
  const packages = {
    '': { name: 'app', version: '1.0.0', dependencies },
    dependency: { version },
    'node_modules/dependency': { resolved: 'dependency', link: true },
  };
  const lock = { name: 'app', version: '1.0.0', lockfileVersion: 3, requires: true, packages };
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
}

function prepare(args: string[] = [], env: Record<string, string> = {}) {
  const { npm_execpath: _, TERRAFORM_BINARY_NAME: __, ...rest } = process.env;
  return spawnSync(process.execPath, [join(folder, 'scripts', 'prepare-workspace.mjs'), ...args], {
    encoding: 'utf8',
    env: { ...rest, ...env },
  });
}

/** A program that answers `version -json`, and the PATH on which it is found. */
function terraform(name: string, answer: string, exitCode = 0): Record<string, string> {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  const program = `#!${process.execPath}\nprocess.stdout.write(${JSON.stringify(answer)});\nprocess.exit(${exitCode});\n`;
  writeFileSync(join(bin, name), program, { mode: 0o755 });
  return { PATH: [bin, dirname(process.execPath)].join(delimiter) };
}

const answerOf = (version: string) =>
  JSON.stringify({ terraform_version: version, platform: 'linux_amd64' }, null, 2);

describe('packages', () => {
  it('installs them on a fresh clone, and not again while the lock file stays as it is', () => {
    project('1.0.0');
    const first = prepare();
    expect(first.stderr).toBe('');
    expect(first.status).toBe(0);
    expect(first.stdout).toMatch(/^installing packages \(npm ci\) …\ninstalled packages in \d+ s\n$/);
    expect(existsSync(join(folder, 'node_modules', 'dependency'))).toBe(true);

    const second = prepare();
    expect(second.status).toBe(0);
    expect(second.stdout).toBe('');
  });

  it('installs them again when the lock file asks for another version', () => {
    project('1.0.0');
    prepare();
    project('2.0.0');
    expect(prepare().stdout).toContain('installed packages');
  });

  it('says that npm failed, and with what', () => {
    project('1.0.0');
    writeFileSync(
      join(folder, 'package-lock.json'),
      JSON.stringify({ lockfileVersion: 3, packages: { '': {}, x: { version: '1.0.0' } } }),
    );
    const { status, stderr } = prepare();
    expect(status).toBe(1);
    expect(stderr).toContain('npm ci failed');
    expect(stderr).toContain('run the same command again');
  });

  it('leaves a linked node_modules alone when its packages are others', () => {
    project('1.0.0');
    mkdirSync(join(folder, 'elsewhere'));
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'node_modules'));
    const { status, stderr } = prepare();
    expect(status).toBe(1);
    expect(stderr).toContain('node_modules is a link to');
  });
});

describe('Terraform', () => {
  beforeEach(() => {
    const nothing = JSON.stringify({ lockfileVersion: 3, packages: {} });
    mkdirSync(join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package-lock.json'), nothing);
    writeFileSync(join(folder, 'node_modules', '.package-lock.json'), nothing);
  });

  it.each(['1.11.0', '1.12.3', '2.0.0', '1.13.0-beta1'])('takes %s', (version) => {
    const { status, stderr } = prepare(['--terraform'], terraform('terraform', answerOf(version)));
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it.each(['1.10.5', '0.15.0'])('refuses %s, saying what is needed and where to get it', (version) => {
    const { status, stderr } = prepare(['--terraform'], terraform('terraform', answerOf(version)));
    expect(status).toBe(1);
    expect(stderr).toContain(`Terraform 1.11 or later is needed, but 'terraform' on PATH is ${version}`);
    expect(stderr).toContain('https://developer.hashicorp.com/terraform/install');
    expect(stderr).toContain('TERRAFORM_BINARY_NAME=tofu');
  });

  it('says that it is not on PATH', () => {
    const { status, stderr } = prepare(['--terraform'], {
      PATH: dirname(process.execPath) === '/usr/bin' ? '' : dirname(process.execPath),
    });
    expect(status).toBe(1);
    expect(stderr).toContain(
      "Terraform 1.11 or later is needed and was not found: no command 'terraform' on PATH",
    );
  });

  it('takes OpenTofu by TERRAFORM_BINARY_NAME', () => {
    const env = { ...terraform('tofu', answerOf('1.11.1')), TERRAFORM_BINARY_NAME: 'tofu' };
    expect(prepare(['--terraform'], env).status).toBe(0);
  });

  it('shows what a broken installation answers', () => {
    const { status, stderr } = prepare(['--terraform'], terraform('terraform', 'cannot load library', 127));
    expect(status).toBe(1);
    expect(stderr).toContain("'terraform version -json' answered: cannot load library");
  });

  it('does not look for it when it is not asked for', () => {
    expect(prepare([], { PATH: '' }).status).toBe(0);
  });
});
