import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { machineEnvironment } from '../../testing/local/deployment';
import { installInto } from './installed';

const PROJECT = join(__dirname, '..', '..');
const TIMEOUT_MS = 1_200_000;
const COMPANIONS = [
  ...['cdktf', 'constructs', '@cdktf/provider-azurerm', 'azurite', 'typescript', '@types/node', 'vitest'],
  ...['jest', '@types/jest', '@swc/jest', '@swc/core'],
];

let folder: string;
let temporary: string;

/** The example, as somebody copies it, with the package installed. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'kit-'));
  temporary = mkdtempSync(join(tmpdir(), 't-'));
  cpSync(join(PROJECT, 'examples/pull-requests'), folder, { recursive: true });
  for (const file of ['jest.config.js', 'tsconfig.jest.json']) {
    cpSync(join(__dirname, 'kit-in-jest', file), join(folder, file));
  }
  cpSync(join(__dirname, 'kit-in-jest', 'kit.spec.ts'), join(folder, 'jest/kit.spec.ts'));
  installInto(folder, COMPANIONS);
}, TIMEOUT_MS);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(temporary, { recursive: true, force: true });
});

/** Runs a program of an installed package; what it printed goes into the message when it fails. */
function runs(program: string, ...args: string[]): void {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(folder, 'node_modules', program), ...args],
    {
      cwd: folder,
      encoding: 'utf8',
      env: { ...machineEnvironment(), CI: 'true', NO_COLOR: '1', TMPDIR: temporary },
    },
  );
  expect(status === 0 ? '' : stdout + stderr).toBe('');
}

test(
  'in Vitest: snapshots, matchers, and a real deployment that leaves nothing behind',
  () => {
    runs('vitest/vitest.mjs', 'run');
    expect(readdirSync(temporary).filter((name) => /^(deploy-locally|local-azure|tfp)-/.test(name))).toEqual(
      [],
    );
    expect(existsSync(join(folder, 'terraform.dev.tfstate'))).toBe(false);
  },
  TIMEOUT_MS,
);

test(
  'in Jest: the same matchers and the same snapshot',
  () => {
    runs('jest/bin/jest.js', '--runInBand');
  },
  TIMEOUT_MS,
);

test(
  'is typed for both, and knows neither of them by itself',
  () => {
    runs('typescript/bin/tsc', '-p', '.');
    runs('typescript/bin/tsc', '-p', 'tsconfig.jest.json', '--noEmit');
  },
  TIMEOUT_MS,
);
