import { Construct } from 'constructs';
import { API_VERSIONS } from '../../link/api-versions';
import { NAMESPACE_TYPE } from '../../link/resource-id';
import { AzapiResource } from '../azapi';
import type { AzureResourceOptions } from '../core/azure-resource-options';
import { fail } from '../core/errors';
import { checkName } from '../core/naming';
import type { IResourceGroup } from '../core/resource-group';
import { keptFromDestroy, type PreventDestroyOptions } from '../core/prevent-destroy';
import { requireResourceId } from '../core/resource-reference';
import { applyResourceOptions, LOGS_AND_METRICS } from '../resource-options';
import { READ_ONLY_STOPS_KEYS } from './read-only-lock';
import { type ProvidersProps, useProviders } from '../core/providers';

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

/** A lock of the namespace holds for its hubs too. */
export interface NotificationHubNamespaceProps
  extends AzureResourceOptions, PreventDestroyOptions, ProvidersProps {
  readonly resourceGroup: IResourceGroup;
  /** 6 to 50 letters, digits and hyphens, starting with a letter; unique worldwide. */
  readonly name: string;
  /** @default - the resource group's */
  readonly location?: string;
  /** @default 'Basic' */
  readonly sku?: NotificationHubSku;
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
    useProviders(this, props.providers);
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
      lifecycle: keptFromDestroy(this, props),
    });
    applyResourceOptions(
      this,
      {
        resource: this.resource,
        id: this.resource.id,
        name: props.name,
        diagnostics: LOGS_AND_METRICS,
        readOnlyStops: READ_ONLY_STOPS_KEYS,
      },
      props,
    );
  }

  get namespaceId(): string {
    return this.resource.id;
  }
}
