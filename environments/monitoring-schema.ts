import * as z from 'zod';
import { webhookUrlProblem } from '../constructs/event-grid/event-destination';
import { EMAIL } from '../constructs/monitoring/action-group';
import { settingProblems } from '../constructs/monitoring/alert-settings';
import {
  ALERTS,
  LINK_HEALTH,
  type AlertDefinition,
  type AlertSettings,
} from '../constructs/monitoring/alerts';
import { LOG_CATEGORY } from '../constructs/monitoring/diagnostics';
import { armId, GUID, says, SUBSCRIPTION, text, workspaceId } from './fields';

const number = (example: string) => z.number(says('a number', example));

const settingFields = {
  /** From 0 (critical) to 4 (verbose). */
  severity: number('2').optional(),
  /** The span that one evaluation looks at, in ISO 8601. */
  window: z.string(says('a span in ISO 8601', 'PT15M')).optional(),
  /** How often it is evaluated, in ISO 8601. */
  frequency: z.string(says('a span in ISO 8601', 'PT5M')).optional(),
};

/** Adds what is wrong with an alert's settings, each at its field. */
function checkSettings(definition: AlertDefinition, settings: AlertSettings, context: z.RefinementCtx): void {
  for (const problem of settingProblems('', definition, settings)) {
    const [, field, message] = /^\.(\w+) (.*)$/.exec(problem)!;
    context.addIssue({ code: 'custom', path: [field!], message: message!, params: { complete: true } });
  }
}

function alert(definition: AlertDefinition) {
  const example = '{ severity: 2 }';
  return z
    .union(
      [
        z.boolean(),
        z
          .strictObject({ ...settingFields, threshold: number('5').optional() })
          .superRefine((settings, context) => checkSettings(definition, settings, context)),
      ],
      says('true, false, or an object with severity, window, frequency, threshold', example),
    )
    .optional();
}

const actionGroupIds = z.array(
  armId('Microsoft.Insights/actionGroups', `${SUBSCRIPTION}/Microsoft.Insights/actionGroups/ag-app`),
  says('a list of ARM ids of action groups', '[]'),
);

/** Gigabytes of logs in a day. */
export const dailyLogCapGb = z
  .number(says('gigabytes, a number above 0', '5'))
  .positive(says('gigabytes, a number above 0', '5'));

export const linkHealthAlert = z.union(
  [
    z.literal(false),
    z
      .strictObject({ actionGroupIds: actionGroupIds.default([]), ...settingFields })
      .superRefine((settings, context) => checkSettings(LINK_HEALTH, settings, context)),
  ],
  says('false, or an object with actionGroupIds', '{ actionGroupIds: [] }'),
);

export const monitoring = z.strictObject(
  {
    /** Addresses of e-mail that are told of alerts. */
    emails: z
      .array(
        text(EMAIL, 'an e-mail address', 'oncall@contoso.com'),
        says('a list of e-mail addresses', "['oncall@contoso.com']"),
      )
      .default([]),
    /** Endpoints that are told of alerts, in the common alert schema. */
    webhooks: z
      .array(
        z.strictObject(
          {
            url: z
              .string(says('an https URL', 'https://hooks.example.com/alerts'))
              .superRefine((url, context) => {
                const problem = webhookUrlProblem(url);
                if (problem)
                  context.addIssue({ code: 'custom', message: problem, params: { complete: true } });
              }),
            entraApplication: z
              .strictObject(
                {
                  objectId: text(GUID, 'an object id', '11111111-1111-1111-1111-111111111111'),
                  identifierUri: text(/^\S+$/, 'an application id URI', 'api://acs-alerts').optional(),
                  tenantId: text(GUID, 'a tenant id', '11111111-1111-1111-1111-111111111111').optional(),
                },
                says('an object with objectId', "{ objectId: '…' }"),
              )
              .optional(),
          },
          says('an object with url', "{ url: 'https://hooks.example.com/alerts' }"),
        ),
        says('a list of webhooks', '[]'),
      )
      .default([]),
    /** Action groups that exist. */
    actionGroupIds: actionGroupIds.default([]),
    /** Alerts by name: false for none, or settings. What is left out has its defaults, see docs/monitoring.md. */
    alerts: z
      .strictObject(
        Object.fromEntries(Object.entries(ALERTS).map(([name, definition]) => [name, alert(definition)])) as {
          [Name in keyof typeof ALERTS]: ReturnType<typeof alert>;
        },
        says('an object of alerts', '{ ringLatency: { threshold: 3000 } }'),
      )
      .default({}),
    /** Where alerts send whoever is called; the alert's section is put behind it. */
    runbookUrl: text(/^\S+$/, 'an address without spaces', 'https://wiki.contoso.com/push').optional(),
    /** Pushes that the subscription has in a month. @default - by the tier */
    monthlyPushes: z
      .number(says('a number above 0', '10000000'))
      .positive(says('a number above 0', '10000000'))
      .optional(),
    /** Log categories of the Communication Services resource. They name people. @default - none */
    communicationLogs: z
      .array(
        text(LOG_CATEGORY, 'the name of a log category', 'CallSummary'),
        says('a list of log categories', "['CallSummary']"),
      )
      .default([]),
    /** A workspace for the services' logs. @default - the relay's */
    logAnalyticsWorkspaceId: workspaceId.optional(),
    workbook: z.boolean(says('true or false', 'true')).default(true),
  },
  says('an object with emails, webhooks or actionGroupIds', "{ emails: ['oncall@contoso.com'] }"),
);
