import { Construct } from 'constructs';
import { API_VERSIONS } from '../../link/api-versions';
import { NAMESPACE_TYPE } from '../../link/resource-id';
import { AzapiResource } from '../azapi';
import { fail } from '../core/errors';
import { checkName } from '../core/naming';
import type { IResourceGroup, Tags } from '../core/resource-group';
import { requireResourceId } from '../core/resource-reference';

/**
 * Tiers of a namespace, with devices and pushes a month they hold: Free 500 / 1 million, Basic 200 thousand /
 * 10 million, Standard 10 million / 10 million and telemetry. Source: Notification Hubs pricing FAQ.
 */
export const NOTIFICATION_HUB_SKUS = ['Free', 'Basic', 'Standard'] as const;

export type NotificationHubSku = (typeof NOTIFICATION_HUB_SKUS)[number];

export interface INotificationHubNamespace extends Construct {
  /** ARM id. */
  readonly namespaceId: string;
  readonly namespaceName: string;
  /** Region of the namespace; hubs in it have the same. Undefined when the namespace exists already. */
  readonly location?: string;
}

export interface NotificationHubNamespaceProps {
  readonly resourceGroup: IResourceGroup;
  /** 6 to 50 letters, digits and hyphens, starting with a letter; unique worldwide. */
  readonly name: string;
  /** @default - the resource group's */
  readonly location?: string;
  /** @default 'Basic' */
  readonly sku?: NotificationHubSku;
  readonly tags?: Tags;
}

/**
 * A Notification Hubs namespace, the billing unit that hubs live in. Made by azapi: azurerm waits two minutes on each
 * change and reads through an api-version without FCM v1.
 *
 * Source: Azure REST specification, Microsoft.NotificationHubs 2023-10-01-preview.
 */
export class NotificationHubNamespace extends Construct implements INotificationHubNamespace {
  /** A namespace that exists, by its ARM id (literal). */
  static fromNamespaceId(scope: Construct, id: string, namespaceId: string): INotificationHubNamespace {
    class Imported extends Construct implements INotificationHubNamespace {
      readonly namespaceId = namespaceId;
      readonly namespaceName = requireResourceId(this, namespaceId, NAMESPACE_TYPE).name;
    }
    return new Imported(scope, id);
  }

  readonly resource: AzapiResource;
  readonly namespaceName: string;
  readonly location: string;

  constructor(scope: Construct, id: string, props: NotificationHubNamespaceProps) {
    super(scope, id);
    const sku = props.sku ?? 'Basic';
    if (!NOTIFICATION_HUB_SKUS.includes(sku)) {
      fail(this, `sku takes one of ${NOTIFICATION_HUB_SKUS.join(', ')}; got '${sku}'`);
    }
    this.namespaceName = checkName(this, 'notificationHubNamespace', props.name);
    this.location = props.location ?? props.resourceGroup.location;
    this.resource = new AzapiResource(this, 'Resource', {
      type: `${NAMESPACE_TYPE}@${API_VERSIONS.notificationHubs}`,
      name: props.name,
      parentId: props.resourceGroup.id,
      location: this.location,
      tags: props.tags,
      body: { sku: { name: sku }, properties: { namespaceType: 'NotificationHub' } },
    });
  }

  get namespaceId(): string {
    return this.resource.id;
  }

  /** Address of the data plane: `https://{namespace}.servicebus.windows.net`, in Azure's public cloud. */
  get serviceBusEndpoint(): string {
    return `https://${this.namespaceName}.servicebus.windows.net`;
  }
}
