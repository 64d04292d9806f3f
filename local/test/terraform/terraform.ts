import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder with a configuration that the real terraform works on, using the stand-in providers. */
export class TerraformFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'tf-'));

  constructor(private readonly reattach: string) {}

  write(configuration: object): void {
    writeFileSync(join(this.path, 'main.tf.json'), JSON.stringify(configuration));
  }

  /** Output of `terraform …`; throws with everything it printed when it fails. */
  run(args: readonly string[], variables: Readonly<Record<string, string>> = {}): Promise<string> {
    const environment: NodeJS.ProcessEnv = {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      CHECKPOINT_DISABLE: '1',
      TF_IN_AUTOMATION: '1',
      TF_REATTACH_PROVIDERS: this.reattach,
      ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [`TF_VAR_${name}`, value])),
    };
    return new Promise((resolve, reject) => {
      execFile(
        'terraform',
        [...args, ...(args[0] === 'show' ? [] : ['-no-color'])],
        { cwd: this.path, env: environment, maxBuffer: 64 * 1024 * 1024 },
        (error, stdout, stderr) =>
          error ? reject(new Error(`terraform ${args.join(' ')}\n${stdout}\n${stderr}`)) : resolve(stdout),
      );
    });
  }

  init(): Promise<string> {
    return this.run(['init', '-input=false']);
  }

  apply(variables?: Readonly<Record<string, string>>): Promise<string> {
    return this.run(['apply', '-auto-approve', '-input=false'], variables);
  }

  destroy(variables?: Readonly<Record<string, string>>): Promise<string> {
    return this.run(['destroy', '-auto-approve', '-input=false'], variables);
  }

  plan(variables?: Readonly<Record<string, string>>, ...more: string[]): Promise<string> {
    return this.run(['plan', '-input=false', ...more], variables);
  }

  state(): string {
    return readFileSync(join(this.path, 'terraform.tfstate'), 'utf8');
  }

  /** Takes the state away: Terraform knows of nothing from here on. */
  forget(): void {
    rmSync(join(this.path, 'terraform.tfstate'));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
