import { Fn, type TerraformResourceLifecycle, Token } from 'cdktf';
import { Construct } from 'constructs';
import {
  isCommunicationServiceId,
  isHubRuleId,
  isNotificationHubId,
  parseResourceId,
  sameResourceId,
} from '../../link/resource-id';
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
import { filledText, requireProps, soundKinds, text } from '../core/kinds';
import { mistake } from '../core/mistakes';
import { HUB_POLICY } from '../core/part-kinds';
import type { IHubPolicy, INotificationHub } from '../notification-hubs/notification-hub-interface';
import { asArgument, referenceOf } from '../core/reference';
import { provideFor, useProviders } from '../core/providers';
import { addOwnPolicy } from '../notification-hubs/own-policy';
import { shown } from '../core/checks';
import { sameReference } from '../core/reference';

/** A hub answers before all of Azure knows it: right after it was made, these errors of an action mean "not yet". */
const NOT_YET_THERE = {
  errorMessageRegex: ['NotFound'],
  intervalSeconds: 5,
  maxIntervalSeconds: 30,
};

const KINDS = {
  policy: HUB_POLICY,
  policyName: filledText('a name'),
  key: text("'primary' or 'secondary'"),
} as const;

/** The hub as read back; 'none' when the resource is linked to none. */
const LINKED_HUB = 'try(coalesce(self.output.notificationHubId), "none")';

/** What is linked with what. */
export interface NotificationHubLinkProps extends NotificationHubLinkOptions {
  /** The Communication Services resource. It can be linked to one hub. */
  readonly communicationService: ICommunicationService;
  /** The hub that its calls and chats push through. A hub can be linked by several. */
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
  /** The Communication Services resource whose calls and chats push through the hub. */
  readonly communicationService: ICommunicationService;
  /** The hub that it pushes through. */
  readonly hub: INotificationHub;
  /** The authorization rule whose key Communication Services holds. */
  readonly policy: IHubPolicy;
  /** Which of the rule's keys it holds, as of this deploy. A rotation switches it. */
  readonly key: PolicyKey;
  /** Reads the rule's connection string, whenever the link is made. */
  readonly keys: EphemeralAzapiResourceAction;
  /** The call that links. Depend on it for whatever needs the link. */
  readonly action: AzapiResourceAction;
  /** The resource as read back after the link. */
  readonly readBack: DataAzapiResource;

  constructor(scope: Construct, id: string, given: NotificationHubLinkProps) {
    super(scope, id);
    requireProps(this, given);
    const props = soundKinds(this, given, KINDS);
    useProviders(this, props.providers);
    this.communicationService = props.communicationService;
    this.hub = props.hub;
    this.key = props.key ?? 'primary';
    if (!Token.isUnresolved(this.key) && !POLICY_KEYS.includes(this.key)) {
      mistake(this, `key takes 'primary' or 'secondary', got ${shown(this.key)}`);
    }
    checkRelinkToken(this, props.relinkToken);
    const communicationServiceId = props.communicationService.communicationServiceId;
    const hubId = props.hub.notificationHubId;
    const lifecycle = this.sameSubscription(communicationServiceId, hubId);
    this.checkOnlyLink(communicationServiceId);
    this.policy = this.policyOf(props);

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
      lifecycle,
    });
    this.readBack = new DataAzapiResource(this, 'ReadBack', {
      type: COMMUNICATION_SERVICE_API_TYPE,
      resourceId: communicationServiceId,
      responseExportValues: { notificationHubId: 'properties.notificationHubId' },
      dependsOn: [this.action],
      lifecycle: {
        postcondition: [
          {
            condition: `\${lower(${LINKED_HUB}) == ${Fn.lower(asArgument(hubId))}}`,
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

  /** Of two constructs for one resource each could link, and each deploy would undo the other's. */
  private checkOnlyLink(communicationServiceId: string): void {
    const wanted = referenceOf(this, communicationServiceId);
    const other = this.node.root.node
      .findAll()
      .find(
        (one) =>
          one instanceof NotificationHubLink &&
          one !== this &&
          referenceOf(one, one.communicationService.communicationServiceId) === wanted,
      );
    if (other) {
      mistake(
        this,
        `a Communication Services resource links to one hub, and this one is linked by ${other.node.path}: use that link`,
      );
    }
  }

  private policyOf({ hub, policy, policyName }: NotificationHubLinkProps): IHubPolicy {
    if (policy && policyName !== undefined) {
      mistake(
        this,
        'policyName is that of a new rule, and policy gives one: leave out policyName, or policy',
      );
    }
    if (policy) checkPolicy(this, policy, hub);
    if (policy) return policy;
    return addOwnPolicy(this, {
      hub,
      right: 'Send',
      prop: 'policyName',
      name: policyName,
      defaults: { id: 'AcsSendPolicy', name: 'acs-send' },
    });
  }

  /**
   * ARM refuses a hub of another subscription (`WrongSubscription`); another resource group is fine. Where an id is known
   * only when deployed, Terraform looks.
   */
  private sameSubscription(
    communicationServiceId: string,
    hubId: string,
  ): TerraformResourceLifecycle | undefined {
    if (Token.isUnresolved(communicationServiceId) || Token.isUnresolved(hubId)) {
      const subscriptionOf = (id: string) =>
        Fn.lower(Token.asString(Fn.element(Fn.split('/', asArgument(id)), 2)));
      return {
        precondition: [
          {
            condition: `\${${subscriptionOf(communicationServiceId)} == ${subscriptionOf(hubId)}}`,
            errorMessage:
              `Hub and Communication Services resource have to be in one subscription: the resource is ` +
              `${communicationServiceId}, the hub ${hubId}. Give ${this.node.path} a hub of the first.`,
          },
        ],
      };
    }
    // What is malformed is told by the construct that it was given to.
    if (!isCommunicationServiceId(communicationServiceId) || !isNotificationHubId(hubId)) return undefined;
    const service = parseResourceId(communicationServiceId);
    const hub = parseResourceId(hubId);
    if (!sameResourceId(service.subscriptionId, hub.subscriptionId)) {
      mistake(
        this,
        `hub and Communication Services resource have to be in one subscription: the resource is in ` +
          `${service.subscriptionId}, the hub in ${hub.subscriptionId}; use a hub of the first`,
      );
    }
    return undefined;
  }
}

function subscriptionIdOf(id: string): string {
  return Token.asString(Fn.element(Fn.regexall('^/subscriptions/[^/]+', id), 0));
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
