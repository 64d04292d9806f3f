import { Fn, Token } from 'cdktf';
import { Construct } from 'constructs';
import { COMMUNICATION_SERVICE_TYPE, NOTIFICATION_HUB_TYPE, sameResourceId } from '../../link/resource-id';
import { COMMUNICATION_SERVICE_API_TYPE, HUB_RULE_API_TYPE } from '../azapi/api-types';
import { grantRole, type Grant } from '../authorization/grant';
import type { IGrantable } from '../authorization/principal';
import { AzapiResourceAction, DataAzapiResource, EphemeralAzapiResourceAction } from '../azapi';
import {
  POLICY_KEYS,
  type ICommunicationService,
  type INotificationHubLink,
  type LinkVerifyGrantOptions,
  type NotificationHubLinkOptions,
  type PolicyKey,
} from './communication-service-interface';
import { fail } from '../core/errors';
import type { INotificationHub } from '../notification-hubs/notification-hub-interface';
import { readResourceId } from '../core/resource-reference';
import type { IHubPolicy } from '../notification-hubs/notification-hub-interface';
import { provideFor, useProviders } from '../core/providers';

/** A hub answers before all of Azure knows it: right after it was made, these errors of an action mean "not yet". */
const NOT_YET_THERE = {
  errorMessageRegex: ['NotFound'],
  intervalSeconds: 5,
  maxIntervalSeconds: 30,
};

/** The hub as read back; 'none' when the resource is linked to none. */
const LINKED_HUB = 'try(coalesce(self.output.notificationHubId), "none")';

export interface NotificationHubLinkProps extends NotificationHubLinkOptions {
  readonly communicationService: ICommunicationService;
  readonly hub: INotificationHub;
}

/**
 * The link between a Communication Services resource and a notification hub: the `linkNotificationHub` action, called
 * with the rule's connection string straight from an ephemeral `listKeys`, so that it is in neither plan nor state.
 *
 * The hub's APNs topic may be the bundle id itself or, for VoIP pushes, the one with `.voip` behind it: which of the two
 * calls need is told in docs/providers.md.
 *
 * It links again when the hub, the rule, the chosen key, the key's value or `relinkToken` changes, and reads the
 * result back: when the resource points at another hub, plan and apply fail with the remedy.
 *
 * Source: Azure REST specification, CommunicationServices_LinkNotificationHub; azure-docs,
 * communication-services/concepts/notifications.md.
 */
export class NotificationHubLink extends Construct implements INotificationHubLink {
  readonly communicationService: ICommunicationService;
  readonly hub: INotificationHub;
  readonly policy: IHubPolicy;
  readonly key: PolicyKey;
  /** Reads the rule's connection string, whenever the link is made. */
  readonly keys: EphemeralAzapiResourceAction;
  /** The call that links. Depend on it for whatever needs the link. */
  readonly action: AzapiResourceAction;
  /** The resource as read back after the link. */
  readonly readBack: DataAzapiResource;

  constructor(scope: Construct, id: string, props: NotificationHubLinkProps) {
    super(scope, id);
    useProviders(this, props.providers);
    this.communicationService = props.communicationService;
    this.hub = props.hub;
    this.key = props.key ?? 'primary';
    if (!POLICY_KEYS.includes(this.key)) fail(this, `key takes 'primary' or 'secondary', got '${this.key}'`);
    const communicationServiceId = props.communicationService.communicationServiceId;
    const hubId = props.hub.notificationHubId;
    this.checkSubscriptions(communicationServiceId, hubId);
    this.policy = props.policy ?? props.hub.addSendOnlyPolicy('AcsSendPolicy', 'acs-send');

    // A hub that exists has no providers: its new rule is made by the link's.
    if (!props.policy) provideFor(this.policy, this);

    this.keys = new EphemeralAzapiResourceAction(this, 'Keys', {
      type: HUB_RULE_API_TYPE,
      resourceId: this.policy.policyId,
      action: 'listKeys',
      responseExportValues: { connectionString: `${this.key}ConnectionString` },
      retry: NOT_YET_THERE,
      timeouts: { open: '3m' },
    });
    this.action = new AzapiResourceAction(this, 'Resource', {
      type: COMMUNICATION_SERVICE_API_TYPE,
      resourceId: communicationServiceId,
      action: 'linkNotificationHub',
      body: { resourceId: hubId },
      sensitiveBody: { connectionString: this.keys.output('connectionString') },
      headers: props.relinkToken === undefined ? undefined : { 'x-relink': props.relinkToken },
      locks: [communicationServiceId],
      retry: NOT_YET_THERE,
      timeouts: { create: '3m', update: '3m' },
    });
    this.readBack = new DataAzapiResource(this, 'ReadBack', {
      type: COMMUNICATION_SERVICE_API_TYPE,
      resourceId: communicationServiceId,
      responseExportValues: { notificationHubId: 'properties.notificationHubId' },
      dependsOn: [this.action],
      lifecycle: {
        postcondition: [
          {
            condition: `\${lower(${LINKED_HUB}) == lower(${Token.isUnresolved(hubId) ? hubId : JSON.stringify(hubId)})}`,
            errorMessage:
              `The Communication Services resource ${communicationServiceId} is not linked to the hub ${hubId}` +
              ` but to "\${${LINKED_HUB}}":` +
              ` it was linked by other means. Set relinkToken of ${this.node.path} to another text and deploy again.`,
          },
        ],
      },
    });
  }

  /**
   * What `acs-push verify` needs to prove the link: Reader on the resource and on the hub's namespace, the keys of the
   * rule, **with which the principal can send**, the hub's push credentials, and when asked for Monitoring Reader on the
   * subscription.
   */
  grantVerify(grantee: IGrantable, options: LinkVerifyGrantOptions = {}): Grant {
    const read = this.communicationService.grantRead(grantee);
    const hub = this.hub.grantVerify(grantee, this.policy, options);
    if (options.subscription !== true) return read.combine(hub);
    const scope = subscriptionIdOf(this.communicationService.communicationServiceId);
    const role = { scope, roleDefinitionName: 'Monitoring Reader' };
    return read.combine(hub, grantRole(this, 'MonitorSubscription', grantee, role));
  }

  /** ARM refuses a hub of another subscription (`WrongSubscription`); another resource group is fine. */
  private checkSubscriptions(communicationServiceId: string, hubId: string): void {
    const service = readResourceId(this, communicationServiceId, COMMUNICATION_SERVICE_TYPE);
    const hub = readResourceId(this, hubId, NOTIFICATION_HUB_TYPE);
    if (!service || !hub || Token.isUnresolved(hubId)) return;
    if (!sameResourceId(service.subscriptionId, hub.subscriptionId)) {
      fail(
        this,
        `hub and Communication Services resource have to be in one subscription: the resource is in ` +
          `${service.subscriptionId}, the hub in ${hub.subscriptionId}; use a hub of the first`,
      );
    }
  }
}

function subscriptionIdOf(id: string): string {
  return Token.asString(Fn.element(Fn.regexall('^/subscriptions/[^/]+', id), 0));
}
