import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { DeploymentRequest, LocalRunner, RunningDeployment } from '../contract';
import { credentialsOf } from './stack-credentials';
import { KitDeployment } from './kit-deployment';
import { startLocalCloud } from './local-cloud';
import { machineEnvironment } from './deployment';
import { run } from './processes';

/** The part of local Azure that `cdktf-acs-push/testing` uses, see {@link LocalRunner}. */
export const deploy: LocalRunner['deploy'] = async (request) => {
  try {
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
  for (const stack of request.stacks) {
    const file = join(request.folder, 'cdktf.out', 'stacks', stack, 'cdk.tf.json');
    Object.assign(variables, await credentialsOf(file, variables));
  }
  const cloud = await startLocalCloud({ providers: 'stand-in' });
  const deployment = new KitDeployment(cloud, { ...request, variables });
  try {
    await deployment.applyFolder();
    await deployment.planAgain();
    return deployment;
  } catch (error) {
    await deployment.close();
    throw error;
  }
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
