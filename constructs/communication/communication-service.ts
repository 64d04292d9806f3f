import { DataResource, Fn, ref, TerraformStack, Token, type TerraformResourceLifecycle } from 'cdktf';
import { Construct } from 'constructs';
import { dataLocationProblem } from '../../link/cloud';
import { COMMUNICATION_SERVICE_TYPE } from '../../link/resource-id';
import { COMMUNICATION_SERVICE_API_TYPE } from '../azapi/api-types';
import { AzapiResource } from '../azapi';
import { checkBoolean, checkOneOf, isKnown, shown, soundResourceGroup } from '../core/checks';
import { mistake } from '../core/mistakes';
import { checkName } from '../core/naming';
import type { INotificationHub } from '../notification-hubs/notification-hub-interface';
import type { ICommunicationService, NotificationHubLinkOptions } from './communication-service-interface';
import { NotificationHubLink } from './notification-hub-link';
import type { IResourceGroup, Tags } from '../core/resource-group';
import { checkProviders } from '../core/provider-settings';
import { requireResourceId } from '../core/resource-reference';
import { checkTags } from '../core/tags';

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

export type DataLocation = (typeof DATA_LOCATIONS)[number];

export interface CommunicationServiceProps {
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
  /** @default 'Enabled' */
  readonly publicNetworkAccess?: 'Enabled' | 'Disabled';
  readonly tags?: Tags;
}

abstract class CommunicationServiceBase extends Construct implements ICommunicationService {
  abstract readonly communicationServiceId: string;
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
  /** A resource that exists, by its ARM id (literal). Nothing about it is changed but its link, if one is made. */
  static fromCommunicationServiceId(
    scope: Construct,
    id: string,
    communicationServiceId: string,
  ): ICommunicationService {
    return new ImportedCommunicationService(scope, id, communicationServiceId);
  }

  readonly resource: AzapiResource;
  readonly dataLocation: DataLocation;
  readonly communicationServiceName: string;

  constructor(scope: Construct, id: string, props: CommunicationServiceProps) {
    super(scope, id);
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
      lifecycle: this.keepDataLocation(props),
    });
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
    const deployed = new DataResource(this, 'DataLocation', {
      input: { dataLocation },
      triggersReplace: { name },
      lifecycle: { ignoreChanges: ['input'] },
    });
    const before = `${deployed.fqn}.output.dataLocation`;
    return {
      precondition: [
        {
          condition: `\${${before} == ${JSON.stringify(dataLocation)}}`,
          errorMessage:
            `dataLocation of the Communication Services resource ${name} is "\${${before}}", and Azure never changes ` +
            `it; got "${dataLocation}". Set dataLocation of ${this.node.path} back. To begin anew elsewhere, give the ` +
            `resource another name too: this one is then destroyed, with its users, threads and phone numbers.`,
        },
      ],
    };
  }

  get communicationServiceId(): string {
    return this.resource.id;
  }

  /**
   * Host name of the data plane: `{name}.{geography}.communication.azure.com`. Null between `terraform import` and the
   * next deploy, which reads it.
   */
  get hostName(): string {
    const nothing = ref('null', TerraformStack.of(this));
    return Token.asString(Fn.try([this.resource.output('hostName'), nothing]));
  }
}

class ImportedCommunicationService extends CommunicationServiceBase {
  readonly communicationServiceName: string;

  constructor(
    scope: Construct,
    id: string,
    readonly communicationServiceId: string,
  ) {
    super(scope, id);
    this.communicationServiceName = requireResourceId(
      this,
      communicationServiceId,
      COMMUNICATION_SERVICE_TYPE,
    ).name;
  }
}
