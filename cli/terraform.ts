import { BadInput } from './bad-input';
import { runProgram, type ProgramResult } from './run-program';

/** Terraform, or what TERRAFORM_BINARY_NAME names, in one folder. */
export class Terraform {
  constructor(
    readonly folder: string,
    readonly environment: NodeJS.ProcessEnv,
    private readonly signal: AbortSignal,
  ) {}

  get program(): string {
    return this.environment.TERRAFORM_BINARY_NAME || 'terraform';
  }

  /** @throws BadInput when it is not installed */
  run(...args: string[]): Promise<ProgramResult> {
    return this.start(args, {});
  }

  /**
   * Runs what writes the state, which is left to end by itself when it is interrupted.
   * @throws BadInput when it is not installed
   */
  change(...args: string[]): Promise<ProgramResult> {
    return this.start(args, { endWithin: 'whatever it takes' });
  }

  private async start(
    args: readonly string[],
    ending: Pick<Parameters<typeof runProgram>[2], 'endWithin'>,
  ): Promise<ProgramResult> {
    const result = await runProgram(this.program, args, {
      folder: this.folder,
      environment: { ...this.environment, CHECKPOINT_DISABLE: '1', TF_INPUT: '0' },
      signal: this.signal,
      ...ending,
    });
    if (result.code !== undefined) return result;
    throw new BadInput(
      `'${this.program}' is not installed, or no program: stacks are read with it; install it, set TERRAFORM_BINARY_NAME, or name the resources by their ids`,
    );
  }
}

/** Lines in which Terraform quotes the configuration that it complains of, where they stand, and what values it has. */
const EXCERPT = /^[╷│╵\s]*(on \S.* line \d+.*:|\d+: .*|\d+:|├─+)$|^\s*│\s+│.*$/;

/**
 * What Terraform says went wrong, in one line: without the frame it draws around its messages, without the warnings
 * that come before, and without the lines of the configuration, which can hold a key.
 */
export function terraformProblem({ out, err }: Pick<ProgramResult, 'out' | 'err'>): string {
  const plain = (err.trim() || out)
    .replace(/\u001b\[[0-9;]*m/g, '')
    .split(/\r?\n/)
    .filter((line) => !EXCERPT.test(line.trimEnd()))
    .join(' ')
    .replace(/[╷│╵\s]+/g, ' ')
    .trim();
  const problem = plain.slice(Math.max(0, plain.search(/\bError: /))).replace(/^Error: /, '');
  return problem.slice(0, 300).replace(/\.$/, '');
}

/** What to do about a state that is none any more, by what Terraform says of it; undefined where it is another problem. */
export function damagedStateRemedy(problem: string): string | undefined {
  if (!/Unsupported state file format/i.test(problem)) return undefined;
  return (
    'the state is damaged: put its last copy in its place (of a local one, the file with .backup behind its name), ' +
    "or take it away and run 'acs-push recover'"
  );
}
