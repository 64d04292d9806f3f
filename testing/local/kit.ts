import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeploymentRequest, LocalRunner, RunningDeployment } from './contract';
import { checkDeclared, credentialsOf } from './stack-credentials';
import { KitDeployment } from './kit-deployment';
import { startLocalCloud } from './local-cloud';
import { leadingOut, machineEnvironment, synthesizedFile } from './deployment';
import { Leftovers } from './leftovers';
import { run } from './processes';

/** The part of local Azure that `cdktf-acs-push/testing` uses, see {@link LocalRunner}. */
export const deploy: LocalRunner['deploy'] = async (request) => {
  try {
    stayInside(request);
    await needTerraform(request);
    needAzurite();
    return await start(request);
  } catch (error) {
    rmSync(request.folder, { recursive: true, force: true });
    throw error;
  }
};

async function start(request: DeploymentRequest): Promise<RunningDeployment> {
  const variables: Record<string, string> = { ...request.variables };
  const files = request.stacks.map((stack) => synthesizedFile({ folder: request.folder, stack }));
  checkDeclared(files, variables);
  for (const file of files) {
    Object.assign(variables, await credentialsOf(file, variables));
  }
  // Short, since systems take no long path of a socket.
  const socketFolder = mkdtempSync(join(tmpdir(), 'tfp-'));
  const leftovers = new Leftovers([request.folder, socketFolder]);
  const stateDir = join(request.folder, 'azure');
  const cloud = await startLocalCloud({ providers: 'stand-in', stateDir, socketFolder }).catch(
    (error: unknown) => {
      leftovers.close();
      throw error;
    },
  );
  const deployment = new KitDeployment(cloud, { ...request, variables }, leftovers);
  try {
    await deployment.applyFolder();
    await deployment.planAgain();
    return deployment;
  } catch (error) {
    await deployment.close();
    throw error;
  }
}

/** What is deployed has the names of what there is in the real Azure. */
function stayInside({ environment }: DeploymentRequest): void {
  const refused = leadingOut(environment);
  if (refused.length === 0) return;
  throw new Error(
    `deployLocally takes no environment variables that lead out of local Azure, got ${refused.join(', ')}: leave them out; ` +
      'how to reach local Azure, and as whom, is set for Terraform and what it runs',
  );
}

/** Write-only attributes and ephemeral values came with it. */
const OLDEST_TERRAFORM = '1.11';

async function needTerraform({ folder, environment }: DeploymentRequest): Promise<void> {
  const env = { ...machineEnvironment(), ...environment };
  const name = env.TERRAFORM_BINARY_NAME || 'terraform';
  try {
    await run(name, ['version'], { cwd: folder, env });
  } catch (error) {
    throw new Error(
      `deployLocally runs Terraform ${OLDEST_TERRAFORM} or later, and there is no command '${name}' on PATH\n` +
        'install it from https://developer.hashicorp.com/terraform/install, or OpenTofu and set TERRAFORM_BINARY_NAME=tofu',
      { cause: error },
    );
  }
}

function needAzurite(): void {
  try {
    createRequire(__filename).resolve('azurite/package.json');
  } catch (error) {
    throw new Error(
      'deployLocally runs Azurite as the storage of local Azure, and it is not installed\n' +
        'install it beside cdktf-acs-push: npm install --save-dev azurite',
      { cause: error },
    );
  }
}
