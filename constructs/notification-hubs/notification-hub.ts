import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { API_VERSIONS } from '../../link/api-versions';
import { NOTIFICATION_HUB_TYPE } from '../../link/resource-id';
import type { ApnsTokenCredential, ApnsTopicKind } from '../credentials/apns-token-credential';
import { AzapiResource } from '../azapi';
import type { BrowserCredential } from '../credentials/browser-credential';
import type { AzureResourceOptions } from '../core/azure-resource-options';
import type { FcmV1Credential } from '../credentials/fcm-v1-credential';
import { HubCapabilities } from './hub-capabilities';
import { isKnown, NO_RESOURCE_GROUP } from '../core/checks';
import { mistake } from '../core/mistakes';
import { checkProviders } from '../core/provider-settings';
import { checkTags } from '../core/tags';
import { type HubCredentials, soundCredential } from '../credentials/sound-credential';
import { ListenOnlyPolicy } from './listen-only-policy';
import { checkName } from '../core/naming';
import { keptFromDestroy, type PreventDestroyOptions } from '../core/prevent-destroy';
import {
  NotificationHubNamespace,
  type INotificationHubNamespace,
  type NotificationHubSku,
} from './notification-hub-namespace';
import { importFromId, type ImportFromIdProps } from '../core/import-from-id';
import type { IResourceGroup } from '../core/resource-group';
import { applyResourceOptions, LOGS_AND_METRICS } from '../resource-options';
import { READ_ONLY_STOPS_KEYS } from './read-only-lock';
import { adoptedResourceId, givenOr } from '../core/adopted-resource-id';
import type { HubPlatforms, INotificationHub } from './notification-hub-interface';
import { SendOnlyPolicy } from './send-only-policy';
import { requireProps } from '../core/kinds';
import { useProviders, type ProvidersProps } from '../core/providers';

/** Lock, roles and diagnostic settings are the hub's; a new namespace gets its tags alone. */
export interface NotificationHubProps
  extends AzureResourceOptions, PreventDestroyOptions, ProvidersProps, ImportFromIdProps {
  /** Needed when `namespace` is left out. @default - not needed with `namespace` */
  readonly resourceGroup?: IResourceGroup;
  /** Name of the hub: 1 to 260 letters, digits, `.`, `-` and `_`. */
  readonly name: string;
  /** The namespace that it is in, and shares tier and quota with. @default - a new one, named `namespaceName` */
  readonly namespace?: INotificationHubNamespace;
  /** Name of the new namespace: 6 to 50 characters, unique worldwide. @default - not needed with `namespace` */
  readonly namespaceName?: string;
  /** Tier of the new namespace. @default 'Basic' */
  readonly sku?: NotificationHubSku;
  /** Region; needed when a namespace that exists is given. @default - the namespace's */
  readonly location?: string;
  /** What it pushes to Apple devices with. @default - the hub cannot push to Apple devices */
  readonly apns?: ApnsTokenCredential;
  /** What it pushes to Android devices with. @default - the hub cannot push to Android devices */
  readonly fcm?: FcmV1Credential;
  /** What it pushes to browsers with. @default - the hub cannot push to browsers */
  readonly browser?: BrowserCredential;
}

/** A hub that exists. Ids and names may be tokens: they are then known when they are deployed. */
export interface NotificationHubAttributes {
  /** ARM id. */
  readonly notificationHubId: string;
  /** Name of the hub. @default - taken from the id, by Terraform where that is a token */
  readonly notificationHubName?: string;
  /** Name of its namespace. @default - taken from the id, by Terraform where that is a token */
  readonly namespaceName?: string;
  /**
   * The push services that it has credentials for: the relay pushes by those and no others, alerts look at them, and they
   * are verified by these values.
   * @default - not known: the relay tries APNs and FCM, and what the hub has is verified
   */
  readonly platforms?: HubPlatforms;
  /** What its APNs credential sends to. @default - not known */
  readonly apnsTopic?: ApnsTopicKind;
}

abstract class NotificationHubBase extends HubCapabilities {
  abstract readonly apnsTopic?: ApnsTopicKind;

  /** Adds a rule that can send and nothing else. Without a name it gets the id as its name. */
  addSendOnlyPolicy(id: string, name?: string): SendOnlyPolicy {
    return new SendOnlyPolicy(this, id, { hub: this, name });
  }

  /** Adds a rule that can register devices and nothing else. Without a name it gets the id as its name. */
  addListenOnlyPolicy(id: string, name?: string): ListenOnlyPolicy {
    return new ListenOnlyPolicy(this, id, { hub: this, name });
  }
}

/**
 * A notification hub with its push credentials, in a namespace of its own unless one is given. Azapi is its one
 * writer: azurerm cannot set FCM v1, and a second writer would drop it with every PUT. No `retry` on NotFound here:
 * azapi applies it to the refresh too, so that a hub deleted by hand would hang every plan (azapi_resource.go, Read);
 * it waits by itself until what it made can be read.
 *
 * Source: Azure REST specification, Microsoft.NotificationHubs 2023-10-01-preview.
 */
export class NotificationHub extends NotificationHubBase {
  /** A hub that exists, by its ARM id, which may be a token, with the credentials it has. Rules alone are added to it. */
  static fromNotificationHubId(scope: Construct, id: string, notificationHubId: string): INotificationHub {
    return new ImportedNotificationHub(scope, id, { notificationHubId });
  }

  /** The same with what an id does not tell, or does not before the deploy. */
  static fromNotificationHubAttributes(
    scope: Construct,
    id: string,
    attributes: NotificationHubAttributes,
  ): INotificationHub {
    return new ImportedNotificationHub(scope, id, attributes);
  }

  /** The hub itself, for overrides and for what has to wait for it. */
  readonly resource: AzapiResource;
  /** The namespace that it is in. */
  readonly namespace: INotificationHubNamespace;
  /** Name of the hub. */
  readonly notificationHubName: string;
  /** What its APNs credential pushes to; undefined when it has none. */
  readonly apnsTopic?: ApnsTopicKind;
  /** What its credentials are for, as far as it is known at synth. */
  readonly platforms: HubPlatforms;

  constructor(scope: Construct, id: string, props: NotificationHubProps) {
    super(scope, id);
    requireProps(this, props);
    useProviders(this, props.providers);
    this.notificationHubName = checkName(this, 'notificationHub', props.name);
    if (!props.apns && !props.fcm && !props.browser) {
      mistake(this, 'a hub without push credentials delivers nothing: give apns, fcm, browser or several');
    }
    checkTags(this, props.tags);
    checkProviders(this);
    const { apns, fcm, browser } = this.soundCredentials(props);
    this.checkNamespace(props);
    this.namespace = props.namespace ?? this.makeNamespace(props);
    this.apnsTopic = apns?.topic;
    this.platforms = {
      ...(apns && { apns: { environment: apns.endpoint, bundleId: apns.props.bundleId } }),
      ...(fcm && {
        fcmV1: fcm.projectId === undefined ? {} : { projectId: fcm.projectId },
      }),
      ...(browser && { browser: { vapidPublicKey: browser.props.vapidPublicKey } }),
    };
    const fcmBody = fcm?.body();
    this.resource = new AzapiResource(this, 'Resource', {
      type: `${NOTIFICATION_HUB_TYPE}@${API_VERSIONS.notificationHubs}`,
      name: props.name,
      parentId: this.namespace.namespaceId,
      location: this.soundLocation(props),
      tags: props.tags,
      body: {
        properties: {
          ...(apns && { apnsCredential: apns.body() }),
          ...(fcmBody && { fcmV1Credential: fcmBody }),
          ...(browser && { browserCredential: browser.body() }),
        },
      },
      sensitiveBody: {
        properties: {
          ...(apns && { apnsCredential: apns.sensitiveBody(this) }),
          ...(fcm && { fcmV1Credential: fcm.sensitiveBody(this) }),
          ...(browser && { browserCredential: browser.sensitiveBody(this) }),
        },
      },
      lifecycle: keptFromDestroy(this, props),
    });
    importFromId(this, props.importFromId, {
      resource: this.resource,
      type: NOTIFICATION_HUB_TYPE,
      name: props.name,
      place: { id: this.namespace.namespaceId, parents: [this.namespace.namespaceName] },
      adoptedBy: 'NotificationHub.fromNotificationHubId',
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

  /** ARM id. Known when it is deployed. */
  get notificationHubId(): string {
    return this.resource.id;
  }

  /** The resource that is updated when its credentials change. */
  get credentials(): ITerraformDependable {
    return this.resource;
  }

  /** ARM id of its namespace. */
  get namespaceId(): string {
    return this.namespace.namespaceId;
  }

  /** Name of the namespace. */
  get namespaceName(): string {
    return this.namespace.namespaceName;
  }

  private checkNamespace({ namespace, namespaceName, sku }: NotificationHubProps): void {
    if (!namespace) return;
    for (const [prop, value] of Object.entries({ namespaceName, sku })) {
      if (value === undefined) continue;
      mistake(this, `${prop} is of a new namespace, and namespace is given: leave out one of the two`);
    }
  }

  private soundCredentials({ apns, fcm, browser }: HubCredentials): HubCredentials {
    return {
      apns: soundCredential(this, 'apns', apns),
      fcm: soundCredential(this, 'fcm', fcm),
      browser: soundCredential(this, 'browser', browser),
    };
  }

  /** Azure takes a hub in the region of its namespace alone. */
  private soundLocation({ location }: NotificationHubProps): string {
    const namespaces = this.namespace.location;
    if (location === undefined && namespaces === undefined) {
      mistake(this, 'location is needed when the namespace exists already: give the region of the namespace');
    }
    if (isKnown(location) && isKnown(namespaces) && regionOf(location) !== regionOf(namespaces)) {
      mistake(
        this,
        `location of a hub is that of its namespace, '${namespaces}', got '${location}': leave it out`,
      );
    }
    return location ?? namespaces ?? 'westeurope';
  }

  private makeNamespace(props: NotificationHubProps): NotificationHubNamespace {
    const { resourceGroup, namespaceName } = props;
    const missing = !resourceGroup || !namespaceName;
    if (missing) {
      mistake(
        this,
        'a new namespace needs resourceGroup and namespaceName; for one that exists give namespace',
      );
    }
    return new NotificationHubNamespace(this, 'Namespace', {
      resourceGroup: missing ? NO_RESOURCE_GROUP : resourceGroup,
      name: missing ? 'ntfns-none' : namespaceName,
      location: props.location,
      sku: props.sku,
      preventDestroy: props.preventDestroy,
      tags: props.tags,
    });
  }
}

/** A region by its name, however it is written: `West Europe` is `westeurope`. */
function regionOf(location: string): string {
  return location.replaceAll(' ', '').toLowerCase();
}

class ImportedNotificationHub extends NotificationHubBase {
  readonly notificationHubId: string;
  readonly notificationHubName: string;
  readonly namespaceName: string;
  readonly platforms?: HubPlatforms;
  readonly apnsTopic?: ApnsTopicKind;

  constructor(scope: Construct, id: string, attributes: NotificationHubAttributes) {
    super(scope, id);
    const { notificationHubId, notificationHubName, namespaceName } = attributes;
    const { name, parentNames } = adoptedResourceId(
      this,
      notificationHubId,
      NOTIFICATION_HUB_TYPE,
      'notificationHubId',
    );
    this.notificationHubId = notificationHubId;
    this.notificationHubName = givenOr(this, 'notificationHubName', notificationHubName, name);
    this.namespaceName = givenOr(this, 'namespaceName', namespaceName, parentNames[0]!);
    this.platforms = attributes.platforms;
    this.apnsTopic = attributes.apnsTopic;
  }
}
