import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { AzapiResourceAction } from '../azapi';
import { dependenciesWithin } from '../core/across-stacks';
import { renamable } from '../core/renamable';
import { TerraformData } from '../core/terraform-data';
import { WEB_API_VERSION } from '../event-grid/event-destination';
import { SigningIn } from '../verification/signing-in';
import { fileAsset } from './file-asset';
import { builtFile } from './package-assets';

/** What is published, and to where. */
export interface PublishProps {
  /** ARM id of the Function App. */
  readonly functionAppId: string;
  /** Its default host name: `{name}.azurewebsites.net`. */
  readonly defaultHostname: string;
  /** Path of the zip on the machine that synthesizes. */
  readonly packagePath: string;
  /** ARM id of the container that Azure keeps the package in: the code is gone with it. */
  readonly packageContainerId: string;
  /** What has to be there first: roles on the storage that the package goes to. */
  readonly dependsOn: ITerraformDependable[];
}

/** How code gets into a Function App on Flex Consumption. */
export interface ICodePublisher {
  /** Publishes whenever the package, the app or the container of its package changes; what needs the code depends on what is returned. */
  publish(scope: Construct, props: PublishProps): ITerraformDependable;
}

/**
 * Posts the zip with a bearer token to the app's scm site, from the machine that runs Terraform. The way of the Azure
 * tools; works with basic publishing off. Needs Node on that machine.
 */
export class ScmPublisher implements ICodePublisher {
  publish(scope: Construct, props: PublishProps): ITerraformDependable {
    SigningIn.of(scope).before(scope);
    const asset = fileAsset(scope, 'Package', props.packagePath);
    const script = fileAsset(scope, 'PublishScript', builtFile(scope, 'publishing/publish-function-app.cjs'));
    return renamable(
      new TerraformData(scope, 'Publish', {
        triggersReplace: {
          package: createHash('sha256').update(readFileSync(props.packagePath)).digest('hex'),
          functionApp: props.functionAppId,
          container: props.packageContainerId,
        },
        provisioners: [
          {
            type: 'local-exec',
            command: `node ${script.path}`,
            environment: {
              PUBLISH_HOST: props.defaultHostname,
              PUBLISH_PACKAGE: asset.path,
              PUBLISH_FUNCTION_APP: props.functionAppId,
            },
          },
        ],
        dependsOn: dependenciesWithin(scope, props.dependsOn),
      }),
    );
  }
}

/**
 * Has Azure fetch the package from a URL (ARM `onedeploy`). For pipelines that put the zip somewhere themselves.
 * Whether Azure reads a private blob by identity this way is not confirmed; a URL with a signature would be kept in
 * state.
 */
export class PackageUriPublisher implements ICodePublisher {
  constructor(private readonly packageUri: string) {}

  publish(scope: Construct, props: PublishProps): ITerraformDependable {
    return new AzapiResourceAction(scope, 'Publish', {
      type: `Microsoft.Web/sites/extensions@${WEB_API_VERSION}`,
      resourceId: `${props.functionAppId}/extensions/onedeploy`,
      action: '',
      method: 'PUT',
      body: { properties: { packageUri: this.packageUri, type: 'zip', remoteBuild: false } },
      // Azure ignores it; a container that is made anew makes it unknown, and so calls the action again.
      headers: { 'x-package-container': props.packageContainerId },
      dependsOn: props.dependsOn,
    });
  }
}
