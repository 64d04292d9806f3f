import { Token } from 'cdktf';
import { Construct } from 'constructs';
import {
  isCommunicationServiceId,
  isHubRuleId,
  isNotificationHubId,
  parseResourceId,
  sameResourceId,
} from '../../link/resource-id';
import { COMMUNICATION_SERVICE_API_TYPE, HUB_RULE_API_TYPE } from '../azapi/api-types';
import { AzapiResourceAction, DataAzapiResource, EphemeralAzapiResourceAction } from '../azapi';
import {
  POLICY_KEYS,
  type ICommunicationService,
  type INotificationHubLink,
  type NotificationHubLinkOptions,
  type PolicyKey,
} from './communication-service-interface';
import { shown } from '../core/checks';
import { mistake } from '../core/mistakes';
import type { INotificationHub } from '../notification-hubs/notification-hub-interface';
import { sameReference } from '../core/same-reference';
import type { IHubPolicy } from '../notification-hubs/notification-hub-interface';

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
  /** The call that links. Depend on it for whatever needs the link. */
  readonly action: AzapiResourceAction;
  /** The resource as read back after the link. */
  readonly readBack: DataAzapiResource;

  constructor(scope: Construct, id: string, props: NotificationHubLinkProps) {
    super(scope, id);
    this.communicationService = props.communicationService;
    this.hub = props.hub;
    this.key = props.key ?? 'primary';
    if (!POLICY_KEYS.includes(this.key)) {
      mistake(this, `key takes 'primary' or 'secondary', got ${shown(this.key)}`);
    }
    checkRelinkToken(this, props.relinkToken);
    const communicationServiceId = props.communicationService.communicationServiceId;
    const hubId = props.hub.notificationHubId;
    this.checkSubscriptions(communicationServiceId, hubId);
    if (props.policy) checkPolicy(this, props.policy, props.hub);
    this.policy = props.policy ?? props.hub.addSendOnlyPolicy('AcsSendPolicy', 'acs-send');

    const keys = new EphemeralAzapiResourceAction(this, 'Keys', {
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
      sensitiveBody: { connectionString: keys.output('connectionString') },
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

  /** ARM refuses a hub of another subscription (`WrongSubscription`); another resource group is fine. */
  private checkSubscriptions(communicationServiceId: string, hubId: string): void {
    // What is malformed is told by the construct that it was given to.
    if (!isCommunicationServiceId(communicationServiceId) || !isNotificationHubId(hubId)) return;
    const service = parseResourceId(communicationServiceId);
    const hub = parseResourceId(hubId);
    if (!sameResourceId(service.subscriptionId, hub.subscriptionId)) {
      mistake(
        this,
        `hub and Communication Services resource have to be in one subscription: the resource is in ` +
          `${service.subscriptionId}, the hub in ${hub.subscriptionId}; use a hub of the first`,
      );
    }
  }
}

/** A header of the call that links. */
function checkRelinkToken(scope: Construct, token: unknown): void {
  if (token === undefined || Token.isUnresolved(token)) return;
  if (typeof token !== 'string' || !/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(token)) {
    mistake(scope, `relinkToken takes a text of letters, digits and signs on one line, got ${shown(token)}`);
  }
}

/** The service takes any rule (it does not look at the rights), and then every push fails. */
function checkPolicy(scope: Construct, policy: IHubPolicy, hub: INotificationHub): void {
  if (policy.rights && !policy.rights.includes('Send')) {
    mistake(
      scope,
      `policy takes a rule with the right Send, got ${policy.policyName} with ${policy.rights.join(', ')}: leave it out, or use addSendOnlyPolicy of the hub`,
    );
  }
  const owner = policy.hub?.notificationHubId ?? hubOf(policy.policyId);
  const comparable = Token.isUnresolved(owner) === Token.isUnresolved(hub.notificationHubId);
  if (owner !== undefined && comparable && !sameReference(scope, owner, hub.notificationHubId)) {
    mistake(
      scope,
      `policy takes a rule of the hub that is linked, ${hub.notificationHubName}, got ${policy.policyName} of another hub: leave it out, or use addSendOnlyPolicy of the hub`,
    );
  }
}

/** The hub that a rule belongs to, by the rule's id; undefined where only Azure could tell. */
function hubOf(policyId: string): string | undefined {
  if (Token.isUnresolved(policyId) || !isHubRuleId(policyId)) return undefined;
  return parseResourceId(policyId).parents.at(-1)?.id;
}
