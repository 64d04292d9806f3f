import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BadInput } from './bad-input';
import { readCdktfConfig } from './cdktf-config';
import type { Surroundings } from './surroundings';
import { runProgram } from './run-program';
import { OUTPUT_VARIABLE } from './stack-folder';

/** Lines of what an app printed that are shown when it fails. */
const SHOWN_LINES = 12;

/**
 * Has the project's app write its stacks into that folder, as `cdktf synth` does, but leaves the project's own output
 * folder alone. Undefined when the project has no app to run.
 * Source: cdktf-cli, `SynthStack.synth`.
 * @throws BadInput when the app fails
 */
export async function synthesize(into: string, io: Surroundings): Promise<string | undefined> {
  const config = readCdktfConfig(io.folder);
  if (!config?.app) return undefined;
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
  });
  if (code === 0 && existsSync(join(into, 'stacks'))) return into;
  const printed = `${out}\n${err}`.trim().split('\n').slice(-SHOWN_LINES).join('\n');
  throw new BadInput(
    `the app of ${join(io.folder, 'cdktf.json')} could not be synthesized, so its stacks are not known; ` +
      `'${config.app}' ended with exit code ${code}: mend it, or give ids\n${printed}`,
  );
}

/** Values of variables are for Terraform alone: an app that read them could write them down. */
function withoutVariables(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('TF_VAR_')));
}
