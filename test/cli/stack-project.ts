import { progressTo } from '../support/progress-told';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMMANDS } from '../../cli/commands';
import { redact } from '../../cli/redact';
import { runCommand } from '../../cli/run';
import { machineEnvironment } from '../../testing/local/deployment';
import type { Outcome } from './support';

/** The folder of a cdktf project, in which commands run that ask nothing of Azure. */
export class StackProject {
  readonly folder = mkdtempSync(join(tmpdir(), 'stacks-'));

  /** As cdktf writes a stack. */
  write(name: string, json: object): void {
    const stack = join(this.folder, 'cdktf.out/stacks', name);
    mkdirSync(stack, { recursive: true });
    writeFileSync(join(stack, 'cdk.tf.json'), JSON.stringify(json));
  }

  /** The program of cdktf.json, which is run for stacks that are not written. */
  app(program: string): void {
    writeFileSync(join(this.folder, 'app.cjs'), program);
    writeFileSync(join(this.folder, 'cdktf.json'), JSON.stringify({ app: 'node app.cjs' }));
  }

  async run(...words: string[]): Promise<Outcome> {
    let out = '';
    let err = '';
    const code = await runCommand(COMMANDS, words, {
      out: (text) => (out += redact(text)),
      err: (text) => (err += redact(text)),
      environment: machineEnvironment(),
      folder: this.folder,
      progress: progressTo((text) => (err += text)),
      signal: new AbortController().signal,
      connect: () => {
        throw new Error('nothing of Azure is asked');
      },
    });
    return { code, out, err: err.replaceAll(this.folder, 'FOLDER') };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
