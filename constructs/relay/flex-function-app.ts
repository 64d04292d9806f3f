import { ServicePlan } from '@cdktf/provider-azurerm/lib/service-plan';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { AzapiResource, AzapiUpdateResource, DataAzapiResource } from '../azapi';
import { WEB_API_VERSION } from '../event-grid/event-destination';
import type { AzureResourceOptions } from '../core/azure-resource-options';
import type { IApplicationInsights } from '../core/application-insights';
import type { IUserAssignedIdentity } from '../core/user-assigned-identity';
import type { IStorageAccount, IStorageContainer } from '../storage/storage-account-interface';
import { checkName, type Naming } from '../core/naming';
import type { ICodePublisher } from '../publishing/code-publisher';
import { renamable } from '../core/renamable';
import { replacedWith } from '../core/replaced-with';
import type { IResourceGroup } from '../core/resource-group';
import { applyResourceOptions, LOGS_AND_METRICS, METRICS } from '../resource-options';
import type { AppNetwork } from './app-network';
import { takeForOneApp } from './function-app-parts';
import { isOptions } from '../core/checks';
import { checkOwnSettings } from './app-setting-checks';
import { scaleConfig, type AlwaysReady, type FunctionAppScale } from './function-app-scale';

/** Azure REST specification, Microsoft.Web; the first stable one with `siteUpdateStrategy`. */
const FUNCTION_APP_API_TYPE = 'Microsoft.Web/sites@2025-05-01';

/** Source: azure-docs, azure-resource-manager/management/lock-resources.md, of POST requests and of App Service plans. */
const READ_ONLY_STOPS = 'refuses what Azure has to do to scale it and to call its functions';

export interface FlexFunctionAppProps {
  readonly resourceGroup: IResourceGroup;
  readonly naming: Naming;
  /** What its names say that it is for. */
  readonly purpose: string;
  readonly location: string;
  readonly scale: FunctionAppScale;
  readonly alwaysReady: AlwaysReady;
  /** It signs in with this to its storage, to Application Insights, and to what its code uses. */
  readonly identity: IUserAssignedIdentity;
  /** For the Functions host, and for the package. */
  readonly storage: IStorageAccount;
  /** ARM id of the plan. @default - a new one */
  readonly servicePlanId?: string;
  readonly applicationInsights: IApplicationInsights;
  /** App settings of whoever deploys it: they replace none of the others. */
  readonly furtherSettings?: Readonly<Record<string, string>>;
  /** App settings that its code needs, by the app's name. */
  readonly settings: (name: string) => Readonly<Record<string, string>>;
  /** Web pages that may call it. @default - whatever the app has by now */
  readonly allowedOrigins?: readonly string[];
  readonly appOptions: AzureResourceOptions;
  readonly planOptions: AzureResourceOptions;
  /** @default - public, and sends from addresses of Azure's */
  readonly network?: AppNetwork;
  /** What has to be there before it starts. @default - nothing */
  readonly dependsOn?: ITerraformDependable[];
}

export interface PackageProps {
  readonly publisher: ICodePublisher;
  /** Path of the zip on the machine that synthesizes. */
  readonly packagePath: string;
  /** Roles that have to be there first. */
  readonly dependsOn: ITerraformDependable[];
}

/**
 * A Function App on Flex Consumption, on a plan of its own as Azure demands (one app a plan), without a key in its settings and with
 * basic publishing off. No construct itself: what it consists of are children of the scope.
 *
 * Source: azure-docs, azure-functions/flex-consumption-plan.md, "Apps per Plan".
 */
export class FlexFunctionApp {
  readonly resource: AzapiResource;
  /** The plan that was made for it; undefined when one was given. */
  readonly plan?: ServicePlan;
  /** ARM id of the plan that it is on. */
  readonly servicePlanId: string;
  private readonly releases: IStorageContainer;
  private readonly basicPublishing: AzapiUpdateResource[];
  /** What publishing and calls wait for. */
  private readonly reachable: ITerraformDependable[];

  constructor(
    private readonly scope: Construct,
    private readonly props: FlexFunctionAppProps,
  ) {
    this.releases = props.storage.container('releases');
    takeForOneApp({ ...props, scope });
    this.plan = props.servicePlanId === undefined ? this.makePlan() : undefined;
    this.servicePlanId = this.plan?.id ?? this.checkedPlan(props.servicePlanId!);
    this.resource = this.makeSite(this.plan);
    this.basicPublishing = ['scm', 'ftp'].map((kind) => this.turnOffBasicPublishing(kind));
    this.reachable = props.network ? [props.network.appEndpoint(this.resource.id).resource] : [];
    applyResourceOptions(
      scope,
      {
        resource: this.resource,
        id: this.resource.id,
        name: this.name,
        diagnostics: LOGS_AND_METRICS,
        readOnlyStops: READ_ONLY_STOPS,
      },
      props.appOptions,
    );
  }

  private get name(): string {
    const { naming, purpose } = this.props;
    return checkName(this.scope, 'functionApp', naming.name('functionApp', purpose));
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
      dependsOn: [...dependsOn, ...this.basicPublishing, ...this.reachable],
    });
  }

  private makePlan(): ServicePlan {
    const { resourceGroup, naming, purpose, location, planOptions } = this.props;
    const name = checkName(this.scope, 'servicePlan', naming.name('servicePlan', purpose));
    const plan = renamable(
      new ServicePlan(this.scope, 'Plan', {
        name,
        resourceGroupName: resourceGroup.name,
        location,
        tags: planOptions.tags,
        osType: 'Linux',
        skuName: 'FC1',
      }),
    );
    applyResourceOptions(
      this.scope,
      {
        resource: plan,
        id: plan.id,
        name,
        prefix: 'Plan',
        diagnostics: METRICS,
        readOnlyStops: READ_ONLY_STOPS,
      },
      planOptions,
    );
    return plan;
  }

  /** A plan that exists. Of which tier it is, is known only when deployed. */
  private checkedPlan(servicePlanId: string): string {
    new DataAzapiResource(this.scope, 'Plan', {
      type: `Microsoft.Web/serverfarms@${WEB_API_VERSION}`,
      resourceId: servicePlanId,
      responseExportValues: { sku: 'sku.name' },
      lifecycle: {
        postcondition: [
          {
            condition: '${self.output.sku == "FC1"}',
            errorMessage:
              `servicePlanId takes a Flex Consumption plan (FC1), and ${servicePlanId} is "\${self.output.sku}". Give ` +
              `${this.scope.node.path} another, or leave servicePlanId out.`,
          },
        ],
      },
    });
    return servicePlanId;
  }

  /**
   * By azapi: azurerm_function_app_flex_consumption cannot be told that the host's storage is reached by identity. Left
   * alone it writes an AzureWebJobsStorage without a key, which the host then tries to use; given an empty one it
   * shows a change in every plan (hashicorp/terraform-provider-azurerm#29149, #29693, #30732).
   */
  private makeSite(plan: ServicePlan | undefined): AzapiResource {
    const { resourceGroup, location, identity, storage, allowedOrigins, appOptions } = this.props;
    const { scale, alwaysReady, network, dependsOn = [] } = this.props;
    return new AzapiResource(this.scope, 'Resource', {
      type: FUNCTION_APP_API_TYPE,
      name: this.name,
      parentId: resourceGroup.id,
      location,
      tags: appOptions.tags,
      identity: { type: 'UserAssigned', identityIds: [identity.id] },
      ignoreCasing: true,
      body: {
        kind: 'functionapp,linux',
        properties: {
          serverFarmId: this.servicePlanId,
          httpsOnly: true,
          publicNetworkAccess: 'Enabled',
          ...network?.siteProperties,
          functionAppConfig: {
            deployment: {
              storage: {
                type: 'blobContainer',
                value: `${storage.primaryBlobEndpoint}${this.releases.name}`,
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
            ...network?.siteConfig,
            appSettings: Object.entries(this.settings(this.name)).map(([setting, value]) => ({
              name: setting,
              value,
            })),
          },
        },
      },
      // Azure deletes no plan that an app is on.
      lifecycle: plan && { replaceTriggeredBy: [replacedWith(plan)] },
      dependsOn: dependsOn.length > 0 ? dependsOn : undefined,
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
