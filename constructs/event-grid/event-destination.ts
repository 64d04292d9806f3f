import type {
  EventgridSystemTopicEventSubscriptionAzureFunctionEndpoint,
  EventgridSystemTopicEventSubscriptionDeliveryIdentity,
  EventgridSystemTopicEventSubscriptionStorageQueueEndpoint,
  EventgridSystemTopicEventSubscriptionWebhookEndpoint,
} from '@cdktf/provider-azurerm/lib/eventgrid-system-topic-event-subscription';
import { Token, type ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { canonicalResourceId } from '../../link/resource-id';
import { shown, wholeNumberProblem } from '../core/checks';
import type { ICheckedValue } from '../core/mistakes';
import { resourceIdProblem, SITE_TYPE } from '../core/resource-reference';
import { DataAzapiResource } from '../azapi';
import type { DeliveringTopic } from './delivery-identity';

/** How many events one delivery may carry. */
export interface EventBatching {
  /** 1 to 5000. @default 1 */
  readonly maxEventsPerBatch?: number;
  /** Kilobytes, 1 to 1024; a single larger event still goes. @default 64 */
  readonly preferredBatchSizeInKilobytes?: number;
}

/** What a destination needs in the subscription that delivers to it. */
export interface EventDestinationConfig {
  /** A function of Azure Functions, as azurerm's block `azure_function_endpoint` has it. @default - not this kind */
  readonly azureFunctionEndpoint?: EventgridSystemTopicEventSubscriptionAzureFunctionEndpoint;
  /** A webhook, as azurerm's block `webhook_endpoint` has it. @default - not this kind */
  readonly webhookEndpoint?: EventgridSystemTopicEventSubscriptionWebhookEndpoint;
  /** A queue of Azure Storage, as azurerm's block `storage_queue_endpoint` has it. @default - not this kind */
  readonly storageQueueEndpoint?: EventgridSystemTopicEventSubscriptionStorageQueueEndpoint;
  /** ARM id. @default - not this kind */
  readonly serviceBusQueueEndpointId?: string;
  /** ARM id. @default - not this kind */
  readonly serviceBusTopicEndpointId?: string;
  /** ARM id. @default - not this kind */
  readonly eventhubEndpointId?: string;
  /** The topic's identity that events are delivered with. @default - none: Event Grid's own right */
  readonly deliveryIdentity?: EventgridSystemTopicEventSubscriptionDeliveryIdentity;
  /** What has to be there before events can be delivered: the role, the code of the function. @default - nothing */
  readonly dependsOn?: ITerraformDependable[];
}

/** Where events are delivered to. */
export interface IEventDestination extends Partial<ICheckedValue> {
  /**
   * Called once for each subscription, in whose scope it may add what it needs.
   * @param topic whose events are delivered
   */
  bind(scope: Construct, topic: DeliveringTopic): EventDestinationConfig;
}

/** Azure REST specification, Microsoft.Web; the first stable one with `functionAppConfig`. */
export const WEB_API_VERSION = '2023-12-01';

/** A function of Azure Functions that handles events. */
export interface FunctionDestinationProps extends EventBatching {
  /** ARM id of the Function App. */
  readonly functionAppId: string;
  /** Name of the function, with an Event Grid trigger. */
  readonly functionName: string;
  /** What publishes the function's code. @default - the code is there already */
  readonly dependsOn?: ITerraformDependable[];
}

/**
 * Waits until a function is really there: its code may be deployed and not yet indexed.
 * @param functionId `{function app}/functions/{name}`
 * @param dependsOn what publishes its code
 */
export function functionReady(
  scope: Construct,
  functionId: string,
  dependsOn?: ITerraformDependable[],
): ITerraformDependable {
  return new DataAzapiResource(scope, 'FunctionReady', {
    type: `Microsoft.Web/sites/functions@${WEB_API_VERSION}`,
    resourceId: functionId,
    dependsOn,
    retry: {
      errorMessageRegex: ['NotFound', 'was not found', '404', '503'],
      intervalSeconds: 5,
      maxIntervalSeconds: 15,
    },
    timeouts: { read: '10m' },
  });
}

/**
 * A function with an Event Grid trigger. The subscription waits until the function is really there: Event Grid refuses
 * one whose code is deployed but not yet indexed (hashicorp/terraform-provider-azurerm#25120).
 */
export class FunctionDestination implements IEventDestination {
  readonly problems: readonly string[];
  private readonly props: FunctionDestinationProps;

  constructor(props: FunctionDestinationProps) {
    this.props = props ?? {};
    const { functionAppId, functionName } = this.props;
    this.problems = found([
      ...batchingProblems(this.props),
      functionAppId === undefined
        ? 'functionAppId takes the ARM id of a Function App, got nothing'
        : resourceIdProblem(functionAppId, SITE_TYPE, 'functionAppId'),
      functionName
        ? undefined
        : `functionName takes the name of a function with an Event Grid trigger, got ${shown(functionName)}`,
    ]);
  }

  bind(scope: Construct): EventDestinationConfig {
    const { functionAppId, functionName } = this.props;
    // From 5.0 on, azurerm reads the id letter by letter.
    const known = !Token.isUnresolved(functionAppId) && this.problems.length === 0;
    const app = known ? canonicalResourceId(functionAppId, SITE_TYPE) : functionAppId;
    const functionId = `${app}/functions/${functionName}`;
    const ready = functionReady(scope, functionId, this.props.dependsOn);
    return {
      azureFunctionEndpoint: {
        // The id as a string, not as read: a changed package would otherwise make the subscription's plan unknown.
        functionId,
        ...batchingOf(this.props),
      },
      dependsOn: [ready],
    };
  }
}

/** An HTTPS address that events are posted to. Azure calls it once before, to see whether it wants them. */
export interface WebhookDestinationProps extends EventBatching {
  /** An https URL that answers Event Grid's validation. */
  readonly url: string;
  /**
   * Deliveries carry a Microsoft Entra token of this application, which the webhook checks.
   * @default - deliveries carry no proof of where they come from
   */
  readonly entraApplication?: {
    /** Id of the tenant that the application is in. */
    readonly tenantId: string;
    /** Application id or its URI: what `aud` is in the tokens. */
    readonly applicationIdOrUri: string;
  };
  /** What makes the webhook answer. @default - it answers already */
  readonly dependsOn?: ITerraformDependable[];
}

/** Query parameters that carry secrets; a webhook's URL is kept in state. */
const SECRET_PARAMETERS = /[?&](code|sig|key|token|secret|apikey|api_key|access_token|subscription-key)=/i;

/** What is wrong with a webhook's URL, or undefined. The URL is not repeated when it carries a secret. */
export function webhookUrlProblem(url: string): string | undefined {
  if (typeof url !== 'string') {
    return `webhook url takes an https URL, for example 'https://hooks.example.com/acs', got ${shown(url)}`;
  }
  const holder = SECRET_PARAMETERS.test(url)
    ? 'a query parameter that holds one'
    : /^https?:\/\/[^/?#]*@/.test(url) && 'a user name before the host';
  if (holder) {
    return (
      `webhook url must not carry a secret, since it is kept in state; got ${holder}: drop it ` +
      `and give entraApplication, whose tokens the webhook checks`
    );
  }
  if (!/^https:\/\/[^/\s]+/.test(url)) {
    return `webhook url takes an https URL, for example 'https://hooks.example.com/acs', got '${url}'`;
  }
  return undefined;
}

/** Any https endpoint that speaks Event Grid's handshake. */
export class WebhookDestination implements IEventDestination {
  readonly problems: readonly string[];
  private readonly props: WebhookDestinationProps;

  constructor(props: WebhookDestinationProps) {
    this.props = props ?? {};
    const { url } = this.props;
    this.problems = found([
      ...batchingProblems(this.props),
      Token.isUnresolved(url) ? undefined : webhookUrlProblem(url),
    ]);
  }

  bind(_scope: Construct): EventDestinationConfig {
    const { url, entraApplication, dependsOn } = this.props;
    return {
      webhookEndpoint: {
        url,
        activeDirectoryTenantId: entraApplication?.tenantId,
        activeDirectoryAppIdOrUri: entraApplication?.applicationIdOrUri,
        ...batchingOf(this.props),
      },
      dependsOn,
    };
  }
}

/** Always written out: Event Grid answers with its defaults, and what is left out would show as a change in each plan. */
function batchingOf({
  maxEventsPerBatch = 1,
  preferredBatchSizeInKilobytes = 64,
}: EventBatching): EventBatching {
  return { maxEventsPerBatch, preferredBatchSizeInKilobytes };
}

function batchingProblems({
  maxEventsPerBatch,
  preferredBatchSizeInKilobytes,
}: EventBatching): (string | undefined)[] {
  return [
    wholeNumberProblem('maxEventsPerBatch', maxEventsPerBatch, 1, 5000),
    wholeNumberProblem('preferredBatchSizeInKilobytes', preferredBatchSizeInKilobytes, 1, 1024),
  ];
}

function found(problems: readonly (string | undefined)[]): string[] {
  return problems.filter((problem) => problem !== undefined);
}
