import { ApplicationInsightsWorkbook } from '@cdktf/provider-azurerm/lib/application-insights-workbook';
import { Fn, Op, Token } from 'cdktf';
import { Construct } from 'constructs';
import { credentialRefused, delivered, outcomeMetric, OUTCOMES, PLATFORMS, PUSHES } from '../../link/metrics';
import { checkName, type Naming } from '../core/naming';
import type { INotificationHub } from '../notification-hubs/notification-hub-interface';
import type { IResourceGroup, Tags } from '../core/resource-group';
import { guidOf } from '../core/guid';
import { eventGridItem, healthItem, hubItem, queryItem, textItem, timeRangeItem } from './workbook-items';
import { requireProps } from '../core/kinds';
import { useProviders, type ProvidersProps } from '../core/providers';
import { renamable } from '../core/renamable';

const MONTH_MS = 30 * 24 * 60 * 60_000;

/** What the workbook shows. */
export interface MonitoringWorkbookProps extends ProvidersProps {
  /** The resource group of what is made: one of azurerm's, or name, id and location of one that exists. */
  readonly resourceGroup: IResourceGroup;
  /** Makes the names, from the base and suffix that all of a deployment share. */
  readonly naming: Naming;
  /** Region of the workbook. */
  readonly location: string;
  /** Where it sends whoever reads it. */
  readonly runbookUrl: string;
  /** The hubs whose pushes it shows. */
  readonly hubs: readonly INotificationHub[];
  /** ARM id of the system topic. @default - nothing of Event Grid */
  readonly systemTopicId?: string;
  /** ARM ids of what the relay logs to, and of its Function App. @default - nothing of a relay */
  readonly relay?: {
    /** ARM id of the Application Insights component that it logs to. */
    readonly applicationInsightsId: string;
    /** ARM id of its Function App. */
    readonly functionAppId: string;
  };
  /** Pushes that the tier has in a month. @default - not known */
  readonly monthlyPushes?: number;
  /**
   * Tags of the resources that are made: 50 at most; keys up to 512 characters (128 of a storage account), values up
   * to 256.
   * @default - none
   */
  readonly tags?: Tags;
}

/** The figures that the alerts look at, and those beside them, on one page of Azure Monitor. */
export class MonitoringWorkbook extends Construct {
  /** The workbook itself, for overrides. */
  readonly resource: ApplicationInsightsWorkbook;

  constructor(scope: Construct, id: string, props: MonitoringWorkbookProps) {
    super(scope, id);
    requireProps(this, props);
    useProviders(this, props.providers);
    const { resourceGroup, naming, location, relay, tags } = props;
    const displayName = checkName(this, 'workbook', naming.name('workbook', 'push'));
    this.resource = renamable(
      new ApplicationInsightsWorkbook(this, 'Resource', {
        name: guidOf(displayName),
        resourceGroupName: resourceGroup.name,
        location,
        displayName,
        // Azure shows it with what it belongs to; azurerm takes the id in lower case alone.
        sourceId: relay && Fn.lower(relay.applicationInsightsId),
        dataJson: JSON.stringify(workbookOf(props)),
        tags,
      }),
    );
  }
}

function workbookOf(props: MonitoringWorkbookProps): object {
  const { hubs, systemTopicId, relay, runbookUrl, monthlyPushes } = props;
  const hubIds = hubs.map(({ notificationHubId }) => notificationHubId);
  const logs = relay?.applicationInsightsId;
  const query = (...[title, heading, visualization]: FirstThree<typeof queryItem>) =>
    logs === undefined ? [] : [queryItem(title, heading, visualization, logs)];
  const refusals = PLATFORMS.flatMap((platform) =>
    OUTCOMES[platform]
      .filter((outcome) => outcome !== 'success')
      .map((outcome) => outcomeMetric(platform, outcome)),
  );
  return {
    version: 'Notebook/1.0',
    items: [
      textItem('title', `# Push notifications\n\nWhat to do when something is wrong: ${runbookUrl}`),
      timeRangeItem(),
      ...query('outcomes', 'Events by what became of them', 'timechart'),
      ...query('byType', 'Events by type', 'table'),
      ...query('latency', 'From the event to the hub, milliseconds, of the worst instance', 'timechart'),
      ...query('deadLetters', 'Events that the relay kept, by reason', 'table'),
      ...query('failures', 'Failed invocations', 'timechart'),
      ...(systemTopicId === undefined ? [] : [eventGridItem(systemTopicId)]),
      hubItem('pushes', 'Pushes taken by the push services, by hub', hubIds, PLATFORMS.map(delivered)),
      hubItem('refusals', 'Pushes not taken, by reason', hubIds, refusals),
      hubItem('credentials', 'Credentials refused', hubIds, PLATFORMS.map(credentialRefused)),
      ...(relay ? [healthItem(relay.functionAppId)] : []),
      ...query('linkHealth', 'Checks of the link and of the hubs that failed, and the remedy', 'table'),
      textItem('quota', `## Pushes of 30 days\n\n${quotaText(monthlyPushes)}`),
      hubItem('month', 'Pushes of 30 days, by hub', hubIds, [PUSHES], MONTH_MS),
    ],
    isLocked: false,
    fallbackResourceIds: logs === undefined ? [] : [logs],
  };
}

function millions(pushes: number): string {
  return Token.isUnresolved(pushes) ? Token.asString(Op.div(pushes, 1e6)) : String(pushes / 1e6);
}

function quotaText(monthlyPushes: number | undefined): string {
  return monthlyPushes === undefined
    ? 'Free has 1 million in a month, Basic and Standard 10 million, for all hubs of the subscription together.'
    : `The tier has ${millions(monthlyPushes)} million in a month, for all hubs of the subscription together.`;
}

type FirstThree<F extends (...args: never[]) => unknown> =
  Parameters<F> extends [infer A, infer B, infer C, ...unknown[]] ? [A, B, C] : never;
