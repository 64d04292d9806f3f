import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from './bad-input';
import { cdkCommand } from './cdk-command';
import { printedProblem } from './printed-problem';
import { readCdktfConfig } from './cdktf-config';
import type { Surroundings } from './surroundings';
import { runProgram } from './run-program';
import { OUTPUT_VARIABLE } from './stack-folder';

/** Begin of the names of environment variables by which Terraform is given variables. */
const VARIABLE = 'TF_VAR_';

/** Milliseconds after which whoever waits is told what for. */
const TELL_AFTER = 3000;

/**
 * Has the project's app write its stacks into that folder, as `cdktf synth` does, but leaves the project's own output
 * folder alone. Undefined when the project has no app to run.
 * Source: cdktf-cli, `SynthStack.synth`.
 * @throws BadInput when the app fails
 */
export async function synthesize(into: string, io: Surroundings): Promise<string | undefined> {
  const config = readCdktfConfig(io.folder);
  if (!config?.app) return undefined;
  const told = join(io.folder, 'cdktf.json');
  const late = setTimeout(() => io.err(`waiting for the app of ${told}: '${config.app}'\n`), TELL_AFTER);
  const { code, out, err } = await runProgram(config.app, [], {
    ...io,
    shell: true,
    environment: {
      ...withoutVariables(io.environment),
      [OUTPUT_VARIABLE]: into,
      CDKTF_CONTINUE_SYNTH_ON_ERROR_ANNOTATIONS: 'true',
      SYNTH_HCL_OUTPUT: 'false',
      ...(config.context ? { CDKTF_CONTEXT_JSON: JSON.stringify(config.context) } : {}),
    },
  }).finally(() => clearTimeout(late));
  if (code === 0 && existsSync(join(into, 'stacks'))) return into;
  const ended =
    code === 0
      ? `wrote no stack into ${OUTPUT_VARIABLE}, as an app with an outdir of its own does: leave that out, or run ` +
        `'npx ${cdkCommand(io.folder)} synth' and give the folder by --output`
      : `ended with exit code ${code}: mend it, or give ids${withheldText(io.environment)}`;
  throw new BadInput(
    `the app of ${told} could not be synthesized, so its stacks are not known; '${config.app}' ${ended}\n${printedProblem(out, err)}`,
  );
}

/** Values of variables are for Terraform alone: an app that read them could write them down. */
function withoutVariables(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith(VARIABLE)));
}

function withheldText(environment: NodeJS.ProcessEnv): string {
  const names = Object.keys(environment).filter((name) => name.startsWith(VARIABLE));
  return names.length > 0 ? `; it was not given ${names.join(', ')} on purpose: those are for Terraform` : '';
}
