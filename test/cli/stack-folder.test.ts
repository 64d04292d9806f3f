import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../../cli/io';
import { runCommand } from '../../cli/run';
import { outputFolder, stackFolder } from '../../cli/stack-folder';
import { readTerraformOutputs, terraformProblem } from '../../cli/terraform-outputs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'acs-push-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (environment: Record<string, string> = {}) => ({ folder, environment }) as unknown as Io;

describe('the folder that cdktf wrote to', () => {
  it('is cdktf.out, unless cdktf.json or CDKTF_OUTDIR names another, the variable first', () => {
    expect(outputFolder(at())).toBe(join(folder, 'cdktf.out'));
    writeFileSync(join(folder, 'cdktf.json'), JSON.stringify({ output: 'build/terraform' }));
    expect(outputFolder(at())).toBe(join(folder, 'build/terraform'));
    expect(outputFolder(at({ CDKTF_OUTDIR: '/elsewhere' }))).toBe('/elsewhere');
  });

  it('is named, with what to do, when there is nothing in it', () => {
    expect(() => stackFolder('dev', at({ CDKTF_OUTDIR: 'there' }))).toThrow(
      `no synthesized stacks in ${join(folder, 'there', 'stacks')}: run 'npx cdktf synth'`,
    );
  });

  it.each([
    [['read', 'dev', '--output', 'there'], { code: 0, seen: [['dev'], 'there'] }],
    [['read', '--output=there', 'dev'], { code: 0, seen: [['dev'], 'there'] }],
    [['read', 'dev'], { code: 0, seen: [['dev'], undefined] }],
    [['read', 'dev', '--output'], { code: 2, seen: undefined }],
    [['read', '--output', '--json', 'dev'], { code: 2, seen: undefined }],
  ])('is told to every command by --output: %j', async (words, expected) => {
    let seen: unknown;
    const read = {
      name: 'read',
      summary: '',
      usage: '',
      run: (args: readonly string[], io: Io) => {
        const told = io.environment.CDKTF_OUTDIR;
        seen = [args, told?.replace(`${folder}/`, '')];
        return Promise.resolve(0);
      },
    };
    const io = { ...at(), out: () => undefined, err: () => undefined } as unknown as Io;
    expect({ code: await runCommand([read], words, io), seen }).toEqual(expected);
  });
});

describe('outputs of a stack', () => {
  it('are read by Terraform from the folder named by CDKTF_OUTDIR', async () => {
    const stack = join(folder, 'there', 'stacks', 'dev');
    mkdirSync(stack, { recursive: true });
    writeFileSync(join(stack, 'cdk.tf.json'), JSON.stringify({ output: { hub: { value: 'a hub' } } }));
    execFileSync('terraform', ['apply', '-auto-approve'], { cwd: stack, stdio: 'ignore' });
    const io = at({ ...(process.env as Record<string, string>), CDKTF_OUTDIR: 'there' });
    expect(await readTerraformOutputs('dev', io)).toEqual({ hub: 'a hub' });
  });

  it('that cannot be read are told by what Terraform says, without its frame and its warnings', async () => {
    const stack = join(folder, 'cdktf.out', 'stacks', 'dev');
    mkdirSync(stack, { recursive: true });
    const backend = { azurerm: { storage_account_name: 'st', container_name: 'c', key: 'k' } };
    writeFileSync(join(stack, 'cdk.tf.json'), JSON.stringify({ terraform: { backend } }));
    const problem = await readTerraformOutputs(
      'dev',
      at({ ...(process.env as Record<string, string>), TF_CLI_CONFIG_FILE: join(folder, 'missing') }),
    ).catch((error: Error) => error.message);
    expect(problem).toMatch(/^the state of 'dev' cannot be read: Backend initialization required/);
    expect(problem).toContain("run 'npx cdktf output dev' once, which connects to it");
    expect(problem).not.toMatch(/[╷│╵]|CLI configuration/);
  });

  it('whatever else Terraform prints is kept when it names no error', () => {
    expect(terraformProblem('╷\n│ something odd\n╵\n')).toBe('something odd');
  });
});
