import { Fn, ref, type TerraformResourceLifecycle, Token } from 'cdktf';
import type { Construct } from 'constructs';
import { dataLocationProblem } from '../../link/cloud';
import { API_VERSIONS } from '../../link/api-versions';
import { COMMUNICATION_SERVICE_TYPE } from '../../link/resource-id';
import { COMMUNICATION_SERVICE_API_TYPE } from '../azapi/api-types';
import { AzapiResource } from '../azapi';
import type { AzureResourceOptions } from '../core/azure-resource-options';
import { checkBoolean, checkOneOf, isKnown, shown, soundResourceGroup } from '../core/checks';
import { mistake } from '../core/mistakes';
import { checkName } from '../core/naming';
import { keptFromDestroy, type PreventDestroyOptions } from '../core/prevent-destroy';
import { renamable } from '../core/renamable';
import type { INotificationHub } from '../notification-hubs/notification-hub-interface';
import type { ICommunicationService, NotificationHubLinkOptions } from './communication-service-interface';
import { NotificationHubLink } from './notification-hub-link';
import { ServiceCapabilities } from './service-capabilities';
import type { IResourceGroup } from '../core/resource-group';
import { importFromId, type ImportFromIdProps } from '../core/import-from-id';
import { applyResourceOptions, LOGS_AND_METRICS } from '../resource-options';
import { requireProps } from '../core/kinds';
import { type ProvidersProps, useProviders } from '../core/providers';
import { asTerm } from '../core/reference';
import { adoptedResourceId, givenOr } from '../core/adopted-resource-id';
import { checkProviders } from '../core/provider-settings';
import { checkTags } from '../core/tags';
import { TerraformData } from '../core/terraform-data';

/**
 * Where a Communication Services resource of the public cloud keeps its data at rest. Source: azurerm's list, 4.55,
 * without `usgov`, which is in another cloud.
 */
export const DATA_LOCATIONS = [
  'Africa',
  'Asia Pacific',
  'Australia',
  'Brazil',
  'Canada',
  'Europe',
  'France',
  'Germany',
  'India',
  'Japan',
  'Korea',
  'Norway',
  'Switzerland',
  'UAE',
  'UK',
  'United States',
] as const;

/** Where a Communication Services resource keeps its data at rest. */
export type DataLocation = (typeof DATA_LOCATIONS)[number];

/** A Communication Services resource: where it is, and what it keeps out. */
export interface CommunicationServiceProps
  extends AzureResourceOptions, PreventDestroyOptions, ProvidersProps, ImportFromIdProps {
  /** The resource group of what is made: one of azurerm's, or name, id and location of one that exists. */
  readonly resourceGroup: IResourceGroup;
  /** 1 to 63 letters, digits, `-` and `_`; unique worldwide. */
  readonly name: string;
  /**
   * Where data is kept at rest. Azure never changes it: another one is refused while planning, unless `name` is another
   * too.
   */
  readonly dataLocation: DataLocation;
  /**
   * Access keys on or off. Off, the keys of the resource open nothing, and clients sign in with Microsoft Entra ID.
   * @default true - access keys are off
   */
  readonly disableLocalAuth?: boolean;
  /**
   * Whether its data plane answers on the internet. That is where the apps of callers and chatters are.
   * @default 'Enabled'
   */
  readonly publicNetworkAccess?: 'Enabled' | 'Disabled';
}

/** A Communication Services resource that exists. Each may be a token: it is then known when it is deployed. */
export interface CommunicationServiceAttributes {
  /** ARM id. */
  readonly communicationServiceId: string;
  /** Name of the resource. @default - taken from the id, by Terraform where that is a token */
  readonly communicationServiceName?: string;
  /** Where it keeps its data at rest. @default - not known */
  readonly dataLocation?: string;
  /** Host name of the data plane. @default - not known */
  readonly hostName?: string;
}

abstract class CommunicationServiceBase extends ServiceCapabilities implements ICommunicationService {
  abstract readonly communicationServiceName: string;
  private link?: NotificationHubLink;

  linkNotificationHub(hub: INotificationHub, options: NotificationHubLinkOptions = {}): NotificationHubLink {
    if (this.link) {
      mistake(
        this,
        `a Communication Services resource links to one hub, and this one is linked to ${this.link.hub.node.path}`,
      );
      return this.link;
    }
    this.link = new NotificationHubLink(this, 'Link', { ...options, communicationService: this, hub });
    return this.link;
  }
}

/**
 * An Azure Communication Services resource. Made by azapi, because azurerm writes its access keys and connection
 * strings into state and cannot turn local authentication off.
 *
 * Source: Azure REST specification, Microsoft.Communication 2025-05-01.
 */
export class CommunicationService extends CommunicationServiceBase {
  /**
   * A resource that exists, by its ARM id, which may be a token. Nothing about it is changed but its link, if one is made.
   */
  static fromCommunicationServiceId(
    scope: Construct,
    id: string,
    communicationServiceId: string,
  ): ICommunicationService {
    return new ImportedCommunicationService(scope, id, { communicationServiceId });
  }

  /** The same with what an id does not tell, or does not before the deploy. */
  static fromCommunicationServiceAttributes(
    scope: Construct,
    id: string,
    attributes: CommunicationServiceAttributes,
  ): ICommunicationService {
    return new ImportedCommunicationService(scope, id, attributes);
  }

  /** The resource itself, for overrides and for what has to wait for it. */
  readonly resource: AzapiResource;
  /** Where it keeps its data at rest. */
  readonly dataLocation: DataLocation;
  /** Name of the Communication Services resource. */
  readonly communicationServiceName: string;

  constructor(scope: Construct, id: string, props: CommunicationServiceProps) {
    super(scope, id);
    requireProps(this, props);
    useProviders(this, props.providers);
    const resourceGroup = soundResourceGroup(this, props.resourceGroup);
    this.check(props);
    this.dataLocation = props.dataLocation;
    this.communicationServiceName = checkName(this, 'communicationService', props.name);
    this.resource = new AzapiResource(this, 'Resource', {
      type: COMMUNICATION_SERVICE_API_TYPE,
      name: props.name,
      parentId: resourceGroup.id,
      location: 'global',
      tags: props.tags,
      body: {
        properties: {
          dataLocation: props.dataLocation,
          disableLocalAuth: props.disableLocalAuth ?? true,
          ...(props.publicNetworkAccess && { publicNetworkAccess: props.publicNetworkAccess }),
        },
      },
      responseExportValues: { hostName: 'properties.hostName' },
      lifecycle: { ...this.keepDataLocation(props), ...keptFromDestroy(this, props) },
    });
    importFromId(this, props.importFromId, {
      resource: this.resource,
      type: COMMUNICATION_SERVICE_TYPE,
      name: props.name,
      place: { id: resourceGroup.id, resourceGroup: resourceGroup.name },
      adoptedBy: 'CommunicationService.fromCommunicationServiceId',
      apiVersion: API_VERSIONS.communication,
    });
    applyResourceOptions(
      this,
      { resource: this.resource, id: this.resource.id, name: props.name, diagnostics: LOGS_AND_METRICS },
      props,
    );
  }

  private check({
    dataLocation,
    disableLocalAuth,
    publicNetworkAccess,
    tags,
  }: CommunicationServiceProps): void {
    const problem = isKnown(dataLocation) ? dataLocationProblem(dataLocation) : undefined;
    if (problem) mistake(this, `dataLocation ${problem}`);
    else if (!Token.isUnresolved(dataLocation) && !DATA_LOCATIONS.includes(dataLocation)) {
      mistake(this, `dataLocation takes one of ${DATA_LOCATIONS.join(', ')}; got ${shown(dataLocation)}`);
    }
    checkBoolean(this, 'disableLocalAuth', disableLocalAuth);
    checkOneOf(this, 'publicNetworkAccess', publicNetworkAccess, ['Enabled', 'Disabled']);
    checkTags(this, tags);
    checkProviders(this);
  }

  /**
   * Where the data of the resource of this name lies is written down with its first deploy, and every plan is held
   * against that. A replacement is never planned for it: users, threads and numbers would go with the resource.
   */
  private keepDataLocation({ name, dataLocation }: CommunicationServiceProps): TerraformResourceLifecycle {
    const deployed = new TerraformData(this, 'DataLocation', {
      input: { dataLocation },
      triggersReplace: { name },
      lifecycle: { ignoreChanges: ['input'] },
    });
    renamable(deployed);
    const before = `${deployed.fqn}.output.dataLocation`;
    return {
      precondition: [
        {
          condition: `\${${before} == ${asTerm(dataLocation)}}`,
          errorMessage:
            `dataLocation of the Communication Services resource ${name} is "\${${before}}", and Azure never changes ` +
            `it; got "${dataLocation}". Set dataLocation of ${this.node.path} back. To begin anew elsewhere, give the ` +
            `resource another name too, and preventDestroy: false: this one is then destroyed, with its users, threads and ` +
            `phone numbers.`,
        },
      ],
    };
  }

  /** ARM id. Known when it is deployed. */
  get communicationServiceId(): string {
    return this.resource.id;
  }

  /**
   * Host name of the data plane: `{name}.{geography}.communication.azure.com`. Null between `terraform import` and the
   * next deploy, which reads it.
   */
  get hostName(): string {
    const nothing = ref('null');
    return Token.asString(Fn.try([this.resource.output('hostName'), nothing]));
  }

  /** Address of the data plane, what the SDKs take as endpoint: `https://{hostName}`. */
  get endpoint(): string {
    return `https://${this.hostName}`;
  }
}

class ImportedCommunicationService extends CommunicationServiceBase {
  readonly communicationServiceId: string;
  readonly communicationServiceName: string;
  readonly dataLocation?: string;
  readonly hostName?: string;

  constructor(scope: Construct, id: string, attributes: CommunicationServiceAttributes) {
    super(scope, id);
    const { communicationServiceId, communicationServiceName } = attributes;
    const { name } = adoptedResourceId(
      this,
      communicationServiceId,
      COMMUNICATION_SERVICE_TYPE,
      'communicationServiceId',
    );
    this.communicationServiceId = communicationServiceId;
    this.communicationServiceName = givenOr(this, 'communicationServiceName', communicationServiceName, name);
    this.dataLocation = attributes.dataLocation;
    this.hostName = attributes.hostName;
  }
}
