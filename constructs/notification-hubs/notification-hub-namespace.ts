import { Construct } from 'constructs';
import { API_VERSIONS } from '../../link/api-versions';
import { NAMESPACE_TYPE } from '../../link/resource-id';
import { AzapiResource } from '../azapi';
import type { AzureResourceOptions } from '../core/azure-resource-options';
import { checkName } from '../core/naming';
import type { IResourceGroup } from '../core/resource-group';
import { keptFromDestroy, type PreventDestroyOptions } from '../core/prevent-destroy';
import { applyResourceOptions, LOGS_AND_METRICS } from '../resource-options';
import { READ_ONLY_STOPS_KEYS } from './read-only-lock';
import { importFromId, type ImportFromIdProps } from '../core/import-from-id';
import { requireProps } from '../core/kinds';
import { type ProvidersProps, useProviders } from '../core/providers';
import { adoptedResourceId, givenOr } from '../core/adopted-resource-id';
import { checkOneOf, soundResourceGroup } from '../core/checks';

/**
 * Tiers of a namespace, with devices and pushes a month they hold: Free 500 / 1 million, Basic 200 thousand /
 * 10 million, Standard 10 million / 10 million and telemetry. Source: Notification Hubs pricing FAQ.
 */
export const NOTIFICATION_HUB_SKUS = ['Free', 'Basic', 'Standard'] as const;

/** Tier of a namespace. */
export type NotificationHubSku = (typeof NOTIFICATION_HUB_SKUS)[number];

/** A namespace of notification hubs: made here, or one that exists. It has the tier that its hubs share. */
export interface INotificationHubNamespace extends Construct {
  /** ARM id. */
  readonly namespaceId: string;
  /** Name of the namespace. */
  readonly namespaceName: string;
  /** Region of the namespace; hubs in it have the same. Undefined when it exists already and nobody told. */
  readonly location?: string;
  /** Tier; undefined when the namespace exists already and nobody told. */
  readonly sku?: NotificationHubSku;
}

/** A namespace that exists. Each but the tier may be a token: it is then known when it is deployed. */
export interface NotificationHubNamespaceAttributes {
  /** ARM id. */
  readonly namespaceId: string;
  /** Name of the namespace. @default - taken from the id, by Terraform where that is a token */
  readonly namespaceName?: string;
  /** Region: that of new hubs in it. @default - each new hub needs its `location` */
  readonly location?: string;
  /** Tier, which says how many pushes a month has. @default - not known */
  readonly sku?: NotificationHubSku;
}

/** A lock of the namespace holds for its hubs too. */
export interface NotificationHubNamespaceProps
  extends AzureResourceOptions, PreventDestroyOptions, ProvidersProps, ImportFromIdProps {
  /** The resource group of what is made: one of azurerm's, or name, id and location of one that exists. */
  readonly resourceGroup: IResourceGroup;
  /** 6 to 50 letters, digits and hyphens, starting with a letter; unique worldwide. */
  readonly name: string;
  /** Azure region: `westeurope`. @default - the resource group's */
  readonly location?: string;
  /** Tier of all its hubs. @default 'Basic' */
  readonly sku?: NotificationHubSku;
}

/**
 * A Notification Hubs namespace, the billing unit that hubs live in. Made by azapi: azurerm waits two minutes on each
 * change and reads through an api-version without FCM v1.
 *
 * Source: Azure REST specification, Microsoft.NotificationHubs 2023-10-01-preview.
 */
export class NotificationHubNamespace extends Construct implements INotificationHubNamespace {
  /** A namespace that exists, by its ARM id, which may be a token. Nothing about it is changed; hubs are added to it. */
  static fromNamespaceId(scope: Construct, id: string, namespaceId: string): INotificationHubNamespace {
    return NotificationHubNamespace.fromNamespaceAttributes(scope, id, { namespaceId });
  }

  /** The same with what an id does not tell, or does not before the deploy. */
  static fromNamespaceAttributes(
    scope: Construct,
    id: string,
    attributes: NotificationHubNamespaceAttributes,
  ): INotificationHubNamespace {
    class Imported extends Construct implements INotificationHubNamespace {
      readonly namespaceId = attributes.namespaceId;
      /** Name of the namespace. */
      readonly namespaceName = givenOr(
        this,
        'namespaceName',
        attributes.namespaceName,
        adoptedResourceId(this, attributes.namespaceId, NAMESPACE_TYPE, 'namespaceId').name,
      );
      readonly location = attributes.location;
      readonly sku = attributes.sku;
    }
    return new Imported(scope, id);
  }

  /** The namespace itself, for overrides and for what has to wait for it. */
  readonly resource: AzapiResource;
  readonly namespaceName: string;
  readonly location: string;
  readonly sku: NotificationHubSku;

  constructor(scope: Construct, id: string, props: NotificationHubNamespaceProps) {
    super(scope, id);
    requireProps(this, props);
    useProviders(this, props.providers);
    const sku = props.sku ?? 'Basic';
    this.sku = sku;
    const resourceGroup = soundResourceGroup(this, props.resourceGroup);
    checkOneOf(this, 'sku', sku, NOTIFICATION_HUB_SKUS);
    this.namespaceName = checkName(this, 'notificationHubNamespace', props.name);
    this.location = props.location ?? resourceGroup.location;
    this.resource = new AzapiResource(this, 'Resource', {
      type: `${NAMESPACE_TYPE}@${API_VERSIONS.notificationHubs}`,
      name: props.name,
      parentId: resourceGroup.id,
      location: this.location,
      tags: props.tags,
      body: { sku: { name: sku }, properties: { namespaceType: 'NotificationHub' } },
      lifecycle: keptFromDestroy(this, props),
    });
    importFromId(this, props.importFromId, {
      resource: this.resource,
      type: NAMESPACE_TYPE,
      name: props.name,
      place: { id: resourceGroup.id, resourceGroup: resourceGroup.name },
      adoptedBy: 'NotificationHubNamespace.fromNamespaceId',
      apiVersion: API_VERSIONS.notificationHubs,
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

  /** Address of the data plane: `https://{namespace}.servicebus.windows.net`, in Azure's public cloud. */
  get serviceBusEndpoint(): string {
    return `https://${this.namespaceName}.servicebus.windows.net`;
  }
}
