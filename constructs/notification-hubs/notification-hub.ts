import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { API_VERSIONS } from '../../link/api-versions';
import { NAMESPACE_TYPE, NOTIFICATION_HUB_TYPE } from '../../link/resource-id';
import type { ApnsTokenCredential, ApnsTopicKind } from '../credentials/apns-token-credential';
import { AzapiResource } from '../azapi';
import type { BrowserCredential } from '../credentials/browser-credential';
import { fail } from '../core/errors';
import type { FcmV1Credential } from '../credentials/fcm-v1-credential';
import { HubCapabilities } from './hub-capabilities';
import { ListenOnlyPolicy } from './listen-only-policy';
import { checkName } from '../core/naming';
import {
  NotificationHubNamespace,
  type INotificationHubNamespace,
  type NotificationHubSku,
} from './notification-hub-namespace';
import type { IResourceGroup, Tags } from '../core/resource-group';
import { requireResourceId } from '../core/resource-reference';
import type { HubPlatforms, INotificationHub } from './notification-hub-interface';
import { SendOnlyPolicy } from './send-only-policy';

export interface NotificationHubProps {
  /** Needed when `namespace` is left out. */
  readonly resourceGroup?: IResourceGroup;
  /** Name of the hub: 1 to 260 letters, digits, `.`, `-` and `_`. */
  readonly name: string;
  /** @default - a new one, named `namespaceName` */
  readonly namespace?: INotificationHubNamespace;
  /** Name of the new namespace: 6 to 50 characters, unique worldwide. */
  readonly namespaceName?: string;
  /** Tier of the new namespace. @default 'Basic' */
  readonly sku?: NotificationHubSku;
  /** Region; needed when a namespace that exists is given. @default - the namespace's */
  readonly location?: string;
  /** @default - the hub cannot push to Apple devices */
  readonly apns?: ApnsTokenCredential;
  /** @default - the hub cannot push to Android devices */
  readonly fcm?: FcmV1Credential;
  /** @default - the hub cannot push to browsers */
  readonly browser?: BrowserCredential;
  readonly tags?: Tags;
}

abstract class NotificationHubBase extends HubCapabilities {
  abstract readonly apnsTopic?: ApnsTopicKind;

  addSendOnlyPolicy(id: string, name?: string): SendOnlyPolicy {
    return new SendOnlyPolicy(this, id, { hub: this, name });
  }

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
  /** A hub that exists, by its ARM id (literal), with the credentials it has. */
  static fromNotificationHubId(scope: Construct, id: string, notificationHubId: string): INotificationHub {
    return new ImportedNotificationHub(scope, id, notificationHubId);
  }

  readonly resource: AzapiResource;
  readonly namespace: INotificationHubNamespace;
  readonly notificationHubName: string;
  readonly apnsTopic?: ApnsTopicKind;
  readonly platforms: HubPlatforms;

  constructor(scope: Construct, id: string, props: NotificationHubProps) {
    super(scope, id);
    this.notificationHubName = checkName(this, 'notificationHub', props.name);
    if (!props.apns && !props.fcm && !props.browser) {
      fail(this, 'a hub without push credentials delivers nothing: give apns, fcm, browser or several');
    }
    this.namespace = props.namespace ?? this.makeNamespace(props);
    this.apnsTopic = props.apns?.topic;
    this.platforms = {
      ...(props.apns && { apns: { environment: props.apns.endpoint, bundleId: props.apns.props.bundleId } }),
      ...(props.fcm && {
        fcmV1: props.fcm.projectId === undefined ? {} : { projectId: props.fcm.projectId },
      }),
      ...(props.browser && { browser: { vapidPublicKey: props.browser.props.vapidPublicKey } }),
    };
    const fcmBody = props.fcm?.body();
    this.resource = new AzapiResource(this, 'Resource', {
      type: `${NOTIFICATION_HUB_TYPE}@${API_VERSIONS.notificationHubs}`,
      name: props.name,
      parentId: this.namespace.namespaceId,
      location:
        props.location ??
        this.namespace.location ??
        fail(this, 'location is needed when the namespace exists already: give the region of the namespace'),
      tags: props.tags,
      body: {
        properties: {
          ...(props.apns && { apnsCredential: props.apns.body() }),
          ...(fcmBody && { fcmV1Credential: fcmBody }),
          ...(props.browser && { browserCredential: props.browser.body() }),
        },
      },
      sensitiveBody: {
        properties: {
          ...(props.apns && { apnsCredential: props.apns.sensitiveBody() }),
          ...(props.fcm && { fcmV1Credential: props.fcm.sensitiveBody() }),
          ...(props.browser && { browserCredential: props.browser.sensitiveBody() }),
        },
      },
    });
  }

  get notificationHubId(): string {
    return this.resource.id;
  }

  get credentials(): ITerraformDependable {
    return this.resource;
  }

  get namespaceId(): string {
    return this.namespace.namespaceId;
  }

  get namespaceName(): string {
    return this.namespace.namespaceName;
  }

  private makeNamespace(props: NotificationHubProps): NotificationHubNamespace {
    if (!props.resourceGroup || !props.namespaceName) {
      fail(this, 'a new namespace needs resourceGroup and namespaceName; for one that exists give namespace');
    }
    return new NotificationHubNamespace(this, 'Namespace', {
      resourceGroup: props.resourceGroup,
      name: props.namespaceName,
      location: props.location,
      sku: props.sku,
      tags: props.tags,
    });
  }
}

class ImportedNotificationHub extends NotificationHubBase {
  readonly notificationHubName: string;
  readonly namespaceName: string;
  readonly apnsTopic?: ApnsTopicKind;

  constructor(
    scope: Construct,
    id: string,
    readonly notificationHubId: string,
  ) {
    super(scope, id);
    const parsed = requireResourceId(this, notificationHubId, NOTIFICATION_HUB_TYPE);
    this.notificationHubName = parsed.name;
    this.namespaceName =
      parsed.parents.find((p) => p.type.toLowerCase() === NAMESPACE_TYPE.toLowerCase())?.name ?? '';
  }
}
