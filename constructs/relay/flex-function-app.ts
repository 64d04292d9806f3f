import type { ApplicationInsights } from '@cdktf/provider-azurerm/lib/application-insights';
import { ServicePlan } from '@cdktf/provider-azurerm/lib/service-plan';
import type { UserAssignedIdentity } from '@cdktf/provider-azurerm/lib/user-assigned-identity';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { AzapiResource, AzapiUpdateResource } from '../azapi';
import { WEB_API_VERSION } from '../event-grid/event-destination';
import type { KeylessStorageAccount } from '../storage/keyless-storage-account';
import { checkName, type Naming } from '../core/naming';
import type { ICodePublisher } from '../publishing/code-publisher';
import { replacedWith } from '../core/replaced-with';
import type { IResourceGroup, Tags } from '../core/resource-group';
import { isOptions } from '../core/checks';
import { checkOwnSettings } from './app-setting-checks';
import { scaleConfig, type AlwaysReady, type FunctionAppScale } from './function-app-scale';

/** Azure REST specification, Microsoft.Web; the first stable one with `siteUpdateStrategy`. */
const FUNCTION_APP_API_TYPE = 'Microsoft.Web/sites@2025-05-01';

export interface FlexFunctionAppProps {
  readonly resourceGroup: IResourceGroup;
  readonly naming: Naming;
  /** What its names say that it is for. */
  readonly purpose: string;
  readonly location: string;
  readonly scale: FunctionAppScale;
  readonly alwaysReady: AlwaysReady;
  /** It signs in with this to its storage, to Application Insights, and to what its code uses. */
  readonly identity: UserAssignedIdentity;
  /** For the Functions host, and for the package. */
  readonly storage: KeylessStorageAccount;
  readonly applicationInsights: ApplicationInsights;
  /** App settings of whoever deploys it: they replace none of the others. */
  readonly furtherSettings?: Readonly<Record<string, string>>;
  /** App settings that its code needs, by the app's name. */
  readonly settings: (name: string) => Readonly<Record<string, string>>;
  /** Web pages that may call it. @default - whatever the app has by now */
  readonly allowedOrigins?: readonly string[];
  readonly tags?: Tags;
}

export interface PackageProps {
  readonly publisher: ICodePublisher;
  /** Path of the zip on the machine that synthesizes. */
  readonly packagePath: string;
  /** Roles that have to be there first. */
  readonly dependsOn: ITerraformDependable[];
}

/**
 * A Function App on Flex Consumption, on a plan of its own as Azure demands, without a key in its settings and with
 * basic publishing off. No construct itself: what it consists of are children of the scope.
 *
 * Source: azure-docs, azure-functions/flex-consumption-plan.md, "Apps per Plan".
 */
export class FlexFunctionApp {
  readonly resource: AzapiResource;
  private readonly releases;
  private readonly basicPublishing: AzapiUpdateResource[];

  constructor(
    private readonly scope: Construct,
    private readonly props: FlexFunctionAppProps,
  ) {
    this.releases = props.storage.container('releases');
    this.resource = this.makeSite(this.makePlan());
    this.basicPublishing = ['scm', 'ftp'].map((kind) => this.turnOffBasicPublishing(kind));
  }

  /** Host name: `{name}.azurewebsites.net`. */
  get defaultHostname(): string {
    // Not read back from Azure: after `terraform import` there is nothing read yet.
    return `${this.resource.name}.azurewebsites.net`;
  }

  /** Puts the code there; what calls a function depends on what is returned. */
  publish({ publisher, packagePath, dependsOn }: PackageProps): ITerraformDependable {
    return publisher.publish(this.scope, {
      functionAppId: this.resource.id,
      defaultHostname: this.defaultHostname,
      packagePath,
      packageContainerId: this.releases.id,
      dependsOn: [...dependsOn, ...this.basicPublishing],
    });
  }

  private makePlan(): ServicePlan {
    const { resourceGroup, naming, purpose, location, tags } = this.props;
    return new ServicePlan(this.scope, 'Plan', {
      name: checkName(this.scope, 'servicePlan', naming.name('servicePlan', purpose)),
      resourceGroupName: resourceGroup.name,
      location,
      tags,
      osType: 'Linux',
      skuName: 'FC1',
    });
  }

  /**
   * By azapi: azurerm_function_app_flex_consumption cannot be told that the host's storage is reached by identity. Left
   * alone it writes an AzureWebJobsStorage without a key, which the host then tries to use; given an empty one it
   * shows a change in every plan (hashicorp/terraform-provider-azurerm#29149, #29693, #30732).
   */
  private makeSite(plan: ServicePlan): AzapiResource {
    const { resourceGroup, naming, purpose, location, identity, storage, allowedOrigins, tags } = this.props;
    const { scale, alwaysReady } = this.props;
    const name = checkName(this.scope, 'functionApp', naming.name('functionApp', purpose));
    return new AzapiResource(this.scope, 'Resource', {
      type: FUNCTION_APP_API_TYPE,
      name,
      parentId: resourceGroup.id,
      location,
      tags,
      identity: { type: 'UserAssigned', identityIds: [identity.id] },
      ignoreCasing: true,
      body: {
        kind: 'functionapp,linux',
        properties: {
          serverFarmId: plan.id,
          httpsOnly: true,
          publicNetworkAccess: 'Enabled',
          functionAppConfig: {
            deployment: {
              storage: {
                type: 'blobContainer',
                value: `${storage.resource.primaryBlobEndpoint}${this.releases.name}`,
                authentication: {
                  type: 'UserAssignedIdentity',
                  userAssignedIdentityResourceId: identity.id,
                },
              },
            },
            ...scaleConfig(this.scope, scale, alwaysReady),
          },
          siteConfig: {
            minTlsVersion: '1.2',
            // Tokens come in a header that the page sets itself; cookies, which this would allow, are not used.
            ...(allowedOrigins && { cors: { allowedOrigins, supportCredentials: false } }),
            appSettings: Object.entries(this.settings(name)).map(([setting, value]) => ({
              name: setting,
              value,
            })),
          },
        },
      },
      // Azure deletes no plan that an app is on.
      lifecycle: { replaceTriggeredBy: [replacedWith(plan)] },
    });
  }

  private settings(name: string): Record<string, string> {
    const { storage, identity, applicationInsights, furtherSettings, settings } = this.props;
    const own = {
      AzureWebJobsStorage__accountName: storage.storageAccountName,
      AzureWebJobsStorage__credential: 'managedidentity',
      AzureWebJobsStorage__clientId: identity.clientId,
      APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsights.connectionString,
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: `ClientId=${identity.clientId};Authorization=AAD`,
      ...settings(name),
    };
    checkOwnSettings(this.scope, furtherSettings, own);
    return { ...(isOptions(furtherSettings) && furtherSettings), ...own };
  }

  /** Every site has these two; they are there already, so that they are changed and not made. */
  private turnOffBasicPublishing(kind: string): AzapiUpdateResource {
    return new AzapiUpdateResource(this.scope, `BasicPublishing-${kind}`, {
      type: `Microsoft.Web/sites/basicPublishingCredentialsPolicies@${WEB_API_VERSION}`,
      resourceId: `${this.resource.id}/basicPublishingCredentialsPolicies/${kind}`,
      body: { properties: { allow: false } },
    });
  }
}
