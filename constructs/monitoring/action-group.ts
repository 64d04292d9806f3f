import {
  MonitorActionGroup,
  type MonitorActionGroupWebhookReceiver,
} from '@cdktf/provider-azurerm/lib/monitor-action-group';
import { Token } from 'cdktf';
import { Construct } from 'constructs';
import { listProblem, shown, soundList, soundResourceGroup } from '../core/checks';
import { mistake } from '../core/mistakes';
import { ACTION_GROUP_TYPE, resourceIdProblem } from '../core/resource-reference';
import { checkTags } from '../core/tags';
import { webhookUrlProblem } from '../event-grid/event-destination';
import { checkName, type Naming } from '../core/naming';
import { renamable } from '../core/renamable';
import type { IResourceGroup, Tags } from '../core/resource-group';
import { requireProps } from '../core/kinds';
import { useProviders, type ProvidersProps } from '../core/providers';

/** An https endpoint that is told of alerts, in the common alert schema. */
export interface AlertWebhook {
  /** Without a secret: it is kept in state. Where the address itself is one, make the group elsewhere and give its id. */
  readonly url: string;
  /** Whose tokens the webhook checks. @default - calls without a token */
  readonly entraApplication?: {
    /** Object id of the application that the webhook is protected by. */
    readonly objectId: string;
    /** Its application id URI: `api://…`. */
    readonly identifierUri?: string;
    /** Id of the tenant that the application is in. @default - the tenant of who deploys */
    readonly tenantId?: string;
  };
}

/** Who is told of alerts. */
export interface AlertReceivers {
  /** Addresses of e-mail. @default - none */
  readonly emails?: readonly string[];
  /** Addresses that each alert is posted to, in the common alert schema. @default - none */
  readonly webhooks?: readonly AlertWebhook[];
  /** ARM ids of action groups that exist: they are told as well. @default - none */
  readonly actionGroupIds?: readonly string[];
}

export interface MonitoringActionGroupProps extends AlertReceivers, ProvidersProps {
  /** The resource group of what is made: one of azurerm's, or name, id and location of one that exists. */
  readonly resourceGroup: IResourceGroup;
  /** Makes the names, from the base and suffix that all of a deployment share. */
  readonly naming: Naming;
  /**
   * Tags of the resources that are made: 50 at most; keys up to 512 characters (128 of a storage account), values up
   * to 256.
   * @default - none
   */
  readonly tags?: Tags;
}

/** An address of e-mail, as far as can be told. */
export const EMAIL = /^[^\s@]+@[^\s@]+$/;

/** Every id that is none of an action group, as an error. Ids known only after the deploy pass. */
export function actionGroupIdProblems(ids: readonly string[]): string[] {
  return soundList<string>(ids)
    .filter((id) => resourceIdProblem(id ?? '', ACTION_GROUP_TYPE, 'actionGroupIds'))
    .map(
      (id) =>
        `actionGroupIds takes ARM ids of action groups (/subscriptions/…/actionGroups/{name}), got ${shown(id)}`,
    );
}

/**
 * The action groups that alerts tell: a new one when there is anybody to be told by it, and those that exist. With
 * nobody at all, alerts show in Azure Monitor alone.
 */
export class MonitoringActionGroup extends Construct {
  /** The new one; undefined when all are there already. */
  readonly resource?: MonitorActionGroup;
  /** ARM ids of all. */
  readonly actionGroupIds: readonly string[];

  constructor(scope: Construct, id: string, props: MonitoringActionGroupProps) {
    super(scope, id);
    requireProps(this, props);
    useProviders(this, props.providers);
    const { naming, tags } = props;
    const resourceGroup = soundResourceGroup(this, props.resourceGroup);
    for (const problem of receiverProblems(props)) mistake(this, problem);
    checkTags(this, tags);
    const emails = soundList<string>(props.emails);
    const webhooks = soundList<AlertWebhook>(props.webhooks);
    const actionGroupIds = soundList<string>(props.actionGroupIds);
    if (emails.length + webhooks.length > 0) {
      this.resource = new MonitorActionGroup(this, 'Resource', {
        name: checkName(this, 'actionGroup', naming.name('actionGroup', 'push')),
        resourceGroupName: resourceGroup.name,
        // At most 12 characters: what messages on phones begin with.
        shortName: 'acs-push',
        emailReceiver: unique(emails).map((emailAddress, i) => ({
          name: `email-${i + 1}`,
          emailAddress,
          useCommonAlertSchema: true,
        })),
        webhookReceiver: webhooks.map(webhookReceiver),
        tags,
      });
      renamable(this.resource);
    }
    this.actionGroupIds = unique([...(this.resource ? [this.resource.id] : []), ...actionGroupIds]);
  }
}

function receiverProblems({ emails, webhooks, actionGroupIds = [] }: AlertReceivers): string[] {
  return [
    listProblem('emails', emails),
    ...soundList<string>(emails)
      .filter((email) => !Token.isUnresolved(email) && !EMAIL.test(email))
      .map((email) => `emails takes addresses, got ${shown(email)}`),
    listProblem('webhooks', webhooks),
    ...soundList<AlertWebhook>(webhooks).map((webhook) =>
      Token.isUnresolved(webhook?.url) ? undefined : webhookUrlProblem(webhook?.url),
    ),
    listProblem('actionGroupIds', actionGroupIds),
    ...actionGroupIdProblems(actionGroupIds),
  ].filter((problem) => problem !== undefined);
}

function webhookReceiver(webhook: AlertWebhook, index: number): MonitorActionGroupWebhookReceiver {
  const { url, entraApplication } = webhook ?? {};
  return {
    name: `webhook-${index + 1}`,
    serviceUri: url,
    useCommonAlertSchema: true,
    aadAuth: entraApplication,
  };
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
