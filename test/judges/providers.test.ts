import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PROJECT, machineEnvironment } from '../../testing/local/deployment';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'judging-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function judge(args: readonly string[], environment: Record<string, string> = {}) {
  return spawnSync(process.execPath, ['scripts/run.cjs', 'judges/providers/main.ts', ...args], {
    cwd: PROJECT,
    encoding: 'utf8',
    env: { ...machineEnvironment(), CHECKPOINT_DISABLE: '1', ...environment },
  });
}

describe('npm run judge', () => {
  it('lets providers apply, repair and destroy the stack, and writes what was seen', () => {
    const file = join(folder, 'verdicts.json');
    const { status, stdout, stderr } = judge(
      ['--providers', 'stand-in', '--only', 're-plan,rule', '--json', file],
      {},
    );
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('4 of 4 acts are as they have to be');
    const { judged, verdicts } = JSON.parse(readFileSync(file, 'utf8')) as {
      judged: string;
      verdicts: { act: string; passed: boolean; seen: string }[];
    };
    expect(judged).toBe('the stand-ins');
    expect(verdicts.map(({ act, passed }) => [act, passed])).toEqual(
      ['apply', 're-plan', 'rule', 'destroy'].map((act) => [act, true]),
    );
    expect(verdicts[2]!.seen).toMatch(/^[1-9]\d* changed, then no changes$/);
  }, 900_000);

  it('says what is not as it has to be, and ends with 1', () => {
    // No azurerm of this version is played.
    const { status, stdout } = judge(['--providers', 'stand-in', '--only', 're-plan', '--azurerm', '3.0.0']);
    expect(stdout).toContain('not as it has to be: apply');
    expect(status).toBe(1);
  }, 300_000);

  it('says so when there are no providers, and what to do', () => {
    const config = join(folder, 'terraform.rc');
    writeFileSync(
      config,
      `provider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(folder)}\n  }\n}\n`,
    );
    const { status, stderr, stdout } = judge([], { TF_CLI_CONFIG_FILE: config });
    expect({ status, stdout }).toEqual({ status: 3, stdout: '' });
    expect(stderr).toContain('there are no providers to judge');
    expect(stderr).toContain('TF_CLI_CONFIG_FILE');
  }, 300_000);

  it('names its acts, and refuses others', () => {
    const { stdout } = judge(['--list']);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(expect.arrayContaining(['apply', 'hub', 'moved-link', 'import', 'destroy']));
    const refused = judge(['--only', 'hubs']);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('--only takes apply, re-plan, tag, apns');
  });
});
