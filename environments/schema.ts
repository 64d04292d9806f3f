import * as z from 'zod';
import { APNS_TOPIC_KINDS, APPLE_ID, BUNDLE_ID } from '../constructs/credentials/apns-token-credential';
import { isVapidPublicKey, VAPID_SUBJECT } from '../constructs/credentials/browser-credential';
import { DATA_LOCATIONS } from '../constructs/communication/communication-service';
import { LONGEST_RETENTION_DAYS } from '../constructs/storage/dead-letter-container';
import { webhookUrlProblem } from '../constructs/event-grid/event-destination';
import { VERIFICATION_LEVELS } from '../constructs/verification/link-verification';
import { NOTIFICATION_HUB_SKUS } from '../constructs/notification-hubs/notification-hub-namespace';
import { nameProblem } from '../constructs/core/naming';
import { originProblem } from '../constructs/relay/browser-origin';
import {
  INSTANCE_MEMORY_SIZES,
  NODE_VERSIONS,
  SCALE_FIELDS,
  SITE_UPDATE_STRATEGIES,
} from '../constructs/relay/function-app-scale';
import { API_AUTHORITY, OPTIONAL_EVENTS, STORAGE_SHARDS } from '../relay/contract';
import {
  armId,
  GUID,
  ROLE_DEFINITION_ID,
  says,
  SUBSCRIPTION,
  text,
  wholeNumber,
  workspaceId,
} from './fields';
import { dailyLogCapGb, linkHealthAlert, monitoring } from './monitoring-schema';
import { networkContradictions, privateNetworking } from './network-schema';

const apns = z.strictObject(
  {
    keyId: text(APPLE_ID, '10 capital letters and digits', 'ABC123DEFG'),
    teamId: text(APPLE_ID, '10 capital letters and digits', 'TEAM123456'),
    bundleId: text(BUNDLE_ID, 'a bundle id', 'com.example.app').refine(
      (id) => !id.endsWith('.voip'),
      "takes the app's bundle id without '.voip', for example 'com.example.app'; a VoIP hub is made with voip: true, a linked hub for VoIP with linkedTopic: 'voip'",
    ),
    endpoint: z.enum(['production', 'sandbox'], says("'production' or 'sandbox'", 'production')),
    /** What the linked hub sends to: the bundle id, or the one with `.voip` behind it. See docs/providers.md. */
    linkedTopic: z.enum(APNS_TOPIC_KINDS, says("'alert' or 'voip'", 'alert')).default('alert'),
    /** A hub of its own for VoIP pushes by the relay, with the topic `{bundleId}.voip`. */
    voip: z.boolean(says('true or false', 'false')).default(false),
  },
  says('an object with keyId, teamId, bundleId and endpoint', "{ keyId: 'ABC123DEFG', … }"),
);

const browser = z.strictObject(
  {
    subject: text(VAPID_SUBJECT, 'a mailto: or https: URL', 'mailto:push@contoso.com'),
    vapidPublicKey: z
      .string(says('a VAPID public key', 'BNbx…'))
      .refine(isVapidPublicKey, says('an uncompressed P-256 point in base64url, 87 characters', 'BNbx…')),
  },
  says('an object with subject and vapidPublicKey', "{ subject: 'mailto:push@contoso.com', … }"),
);

const secrets = z.discriminatedUnion(
  'source',
  [
    /** Ephemeral variables: TF_VAR_apns_token, TF_VAR_fcm_service_account and TF_VAR_vapid_private_key. */
    z.strictObject({ source: z.literal('variables') }),
    z.strictObject({
      source: z.literal('keyVault'),
      keyVaultId: armId('Microsoft.KeyVault/vaults', `${SUBSCRIPTION}/Microsoft.KeyVault/vaults/kv-app`),
      apnsTokenSecretName: text(/^[0-9A-Za-z-]{1,127}$/, 'letters, digits and hyphens', 'apns-token').default(
        'apns-token',
      ),
      fcmServiceAccountSecretName: text(
        /^[0-9A-Za-z-]{1,127}$/,
        'letters, digits and hyphens',
        'fcm-service-account',
      ).default('fcm-service-account'),
      vapidPrivateKeySecretName: text(
        /^[0-9A-Za-z-]{1,127}$/,
        'letters, digits and hyphens',
        'vapid-private-key',
      ).default('vapid-private-key'),
    }),
  ],
  says("an object with source 'variables' or 'keyVault'", "{ source: 'variables' }"),
);

const backend = z.discriminatedUnion(
  'type',
  [
    /** A file beside cdktf.json, or in the folder ACS_PUSH_STATE_DIR. */
    z.strictObject({ type: z.literal('local') }),
    /** A blob, locked by a lease while Terraform runs; signed in to with Microsoft Entra ID. */
    z.strictObject({
      type: z.literal('azurerm'),
      resourceGroupName: named('resourceGroup', 'rg-tfstate'),
      storageAccountName: named('storageAccount', 'sttfstate1234'),
      containerName: named('storageContainer', 'tfstate'),
      key: text(/^[^\s]{1,1024}$/, 'the name of a blob', 'acs-push/prod.tfstate'),
    }),
  ],
  says("an object with type 'local' or 'azurerm'", "{ type: 'local' }"),
);

function named(resource: Parameters<typeof nameProblem>[0], example: string) {
  return z.string(says('a name', example)).superRefine((value, context) => {
    const problem = nameProblem(resource, value);
    const [takes] = problem?.split(', got ') ?? [];
    if (takes) context.addIssue({ code: 'custom', message: `${takes}, for example '${example}'` });
  });
}

const instanceMemoryInMb = z.literal(
  [...INSTANCE_MEMORY_SIZES],
  says(`one of ${INSTANCE_MEMORY_SIZES.join(', ')}`, '2048'),
);

const maximumInstanceCount = wholeNumber(40, 1000, '40');

const nodeVersion = z.enum(NODE_VERSIONS, says(`one of ${NODE_VERSIONS.join(', ')}`, '24'));

const siteUpdateStrategy = z.enum(
  SITE_UPDATE_STRATEGIES,
  says(`one of ${SITE_UPDATE_STRATEGIES.join(', ')}`, 'RollingUpdate'),
);

const alwaysReady = wholeNumber(0, 1000, '2');

function perMinute(example: string) {
  return wholeNumber(1, 999_999, example).optional();
}

const events = z.discriminatedUnion(
  'target',
  [
    z.strictObject({
      target: z.literal('relay'),
      instanceMemoryInMb: instanceMemoryInMb.default(2048),
      /** Lets apps register devices over HTTP, with a Microsoft Entra token. */
      devicesApi: z
        .strictObject(
          {
            tenantId: text(GUID, 'a tenant id', '11111111-1111-1111-1111-111111111111'),
            authority: text(API_AUTHORITY.pattern, API_AUTHORITY.takes, API_AUTHORITY.example).optional(),
            audience: text(/^[^\s,]+$/, 'an application id or an api:// URI', 'api://contoso-devices'),
            role: text(/^[\w.-]+$/, 'the name of an app role or scope', 'Devices.Register').optional(),
            allRole: text(/^[\w.-]+$/, 'the name of an app role', 'Devices.Register.All').optional(),
            identityClaim: text(/^[\w./:-]+$/, 'the name of a claim', 'acs_identities').optional(),
            requestsPerMinute: perMinute('60'),
            requestsPerMinutePerAddress: perMinute('600'),
            failuresPerMinutePerAddress: perMinute('20'),
            proxies: wholeNumber(0, 9, '1').optional(),
            /** One more ends the one that was not renewed for the longest. @default 20 */
            maxDevicesPerUser: wholeNumber(1, 500, '20').optional(),
            /** Days after which a device that was not registered again is removed; 0 for never. @default 60 */
            deviceLifetimeDays: wholeNumber(0, 9999, '60').optional(),
            /** Web pages that may register browsers. @default - none */
            allowedOrigins: z
              .array(
                z.string(says('an origin', 'https://app.contoso.com')).superRefine((origin, context) => {
                  const problem = originProblem(origin);
                  if (problem)
                    context.addIssue({ code: 'custom', message: problem, params: { complete: true } });
                }),
                says('a list of origins', "['https://app.contoso.com']"),
              )
              .optional(),
            /** A Function App of its own, so that requests take nothing that rings need. @default true */
            separateApp: z.boolean(says('true or false', 'true')).optional(),
            /** Of the app of its own. @default 2048 */
            instanceMemoryInMb: instanceMemoryInMb.optional(),
            /** Of the app of its own. @default 40 */
            maximumInstanceCount: maximumInstanceCount.optional(),
            /** Of the app of its own. @default '24' */
            nodeVersion: nodeVersion.optional(),
            /** Of the app of its own. @default 'RollingUpdate' */
            siteUpdateStrategy: siteUpdateStrategy.optional(),
            /** Instances that run also when no request comes. @default 0 */
            alwaysReady: alwaysReady.optional(),
          },
          says(
            'an object with tenantId and audience',
            "{ tenantId: '…', audience: 'api://contoso-devices' }",
          ),
        )
        .optional(),
      /** Whether what people wrote goes into pushes. */
      messageText: z.enum(['include', 'omit'], says("'include' or 'omit'", 'include')).default('include'),
      /** Events that become pushes although they do not by default. */
      optionalEvents: z
        .array(
          z.enum(OPTIONAL_EVENTS, says(`some of ${OPTIONAL_EVENTS.join(', ')}`, OPTIONAL_EVENTS[0])),
          says('a list of event types', `['${OPTIONAL_EVENTS[0]}']`),
        )
        .optional(),
      /** Who shows messages on Android: the app, or Android itself. @default 'data', the app */
      androidMessages: z.enum(['data', 'notification'], says("'data' or 'notification'", 'data')).optional(),
      /** A folder with what pushes say, from the folder of cdktf.json. @default - the relay's own templates */
      templates: text(
        /^(?![/\\]|[A-Za-z]:)\S(.*\S)?$/,
        'the path of a folder, from the folder of cdktf.json',
        'templates',
      ).optional(),
      maximumInstanceCount: maximumInstanceCount.default(40),
      nodeVersion: nodeVersion.default('24'),
      /** How new code comes to running instances; `RollingUpdate` is a preview of Azure. */
      siteUpdateStrategy: siteUpdateStrategy.default('RollingUpdate'),
      /** Instances that run also when no event comes, by function. @default - none */
      alwaysReady: z
        .strictObject(
          {
            calls: alwaysReady.optional(),
            messages: alwaysReady.optional(),
            recordings: alwaysReady.optional(),
          },
          says('an object with numbers of instances', '{ calls: 2 }'),
        )
        .optional(),
      /** Gigabytes of logs that are taken in a day. @default - Azure's 100 */
      dailyLogCapGb: dailyLogCapGb.optional(),
      /** A workspace for the relay's logs. @default - a new one, kept 30 days */
      logAnalyticsWorkspaceId: workspaceId.optional(),
      /** Of events that ended well, how many have a line in the logs, in percent. @default 100 */
      successLinesPercent: wholeNumber(0, 100, '10').optional(),
      /** Over how many partitions of a table a day's events are spread: see docs/scale.md. @default 4 */
      storageShards: wholeNumber(1, STORAGE_SHARDS.most, '8').optional(),
      /** A role definition whose one right is to list keys, when who deploys may define none. @default - a new one */
      keyRoleDefinitionId: text(
        ROLE_DEFINITION_ID,
        'the ARM id of a role definition',
        '/subscriptions/00000000-0000-0000-0000-000000000001/providers/Microsoft.Authorization/roleDefinitions/11111111-1111-1111-1111-111111111111',
      ).optional(),
    }),
    z.strictObject({
      target: z.literal('webhook'),
      url: z.string(says('an https URL', 'https://hooks.example.com/acs')).superRefine((url, context) => {
        const problem = webhookUrlProblem(url);
        // It says what was given, unless that is a secret.
        if (problem) context.addIssue({ code: 'custom', message: problem, params: { complete: true } });
      }),
      entraApplication: z
        .strictObject(
          {
            tenantId: text(GUID, 'a tenant id', '11111111-1111-1111-1111-111111111111'),
            applicationIdOrUri: text(/\S/, 'an application id or URI', 'api://acs-hooks'),
          },
          says(
            'an object with tenantId and applicationIdOrUri',
            "{ tenantId: '…', applicationIdOrUri: '…' }",
          ),
        )
        .optional(),
    }),
    /** Calling pushes alone. */
    z.strictObject({ target: z.literal('none') }),
  ],
  says("an object with target 'relay', 'webhook' or 'none'", "{ target: 'relay' }"),
);

/** Base of a stack's names, which PushNotifications takes up to this length. */
const MAX_BASE_LENGTH = 20;

export const environmentSchema = z.strictObject(
  {
    /** Name of the environment and of its stack: `cdktf deploy {name}`. */
    name: text(/^[a-z][a-z0-9-]{0,15}[a-z0-9]$/, '2 to 17 lower-case letters, digits and hyphens', 'prod'),
    /** Where everything goes: a deploy with an account of another subscription fails instead of spreading. */
    subscriptionId: text(GUID, 'a subscription id', '00000000-0000-0000-0000-000000000001'),
    /** Base of all names. */
    appName: text(
      /^[a-z][a-z0-9-]{0,12}[a-z0-9]$/,
      '2 to 14 lower-case letters, digits and hyphens',
      'contoso',
    ),
    /** Behind names that have to be unique worldwide. @default - made from subscription, app and environment */
    uniqueSuffix: text(/^[a-z0-9]{3,10}$/, '3 to 10 lower-case letters and digits', 'x7k2p9').optional(),
    location: text(/^[a-z0-9]+$/, "a region's short name", 'westeurope'),
    dataLocation: z.enum(DATA_LOCATIONS, says(`one of ${DATA_LOCATIONS.join(', ')}`, 'Europe')),
    sku: z.enum(NOTIFICATION_HUB_SKUS, says(`one of ${NOTIFICATION_HUB_SKUS.join(', ')}`, 'Standard')),
    /** Left out: no pushes to Apple devices. */
    apns: apns.optional(),
    /** Pushes to Android devices, by the service account among the secrets. */
    fcm: z.boolean(says('true or false', 'true')),
    /** Pushes of the relay to browsers, by the VAPID private key among the secrets. Left out: none. */
    browser: browser.optional(),
    secrets,
    backend,
    events,
    link: z
      .strictObject(
        {
          /** The key of the Send-only policy in use; switched to rotate. */
          key: z
            .enum(['primary', 'secondary'], says("'primary' or 'secondary'", 'primary'))
            .default('primary'),
          /** Another text links again. */
          relinkToken: z.string(says('a text', '2026-11-23')).optional(),
        },
        says('an object with key or relinkToken', "{ key: 'secondary' }"),
      )
      .default({ key: 'primary' }),
    /** The proof that a deploy asks for after it linked; false for none. */
    verification: z
      .union(
        [
          z.literal(false),
          z.strictObject({
            level: z
              .enum(VERIFICATION_LEVELS, says("'config', 'settled' or 'live'", 'settled'))
              .default('settled'),
            timeout: text(/^[1-9][0-9]*(s|m|h)$/, 'a number with s, m or h', '15m').default('15m'),
          }),
        ],
        says('false, or an object with level and timeout', "{ level: 'settled', timeout: '15m' }"),
      )
      .default({ level: 'settled', timeout: '15m' }),
    /**
     * An alert on the link's health, which the relay looks at every five minutes; false for none.
     * @default - on with `monitoring` and a relay, else off
     */
    linkHealthAlert: linkHealthAlert.optional(),
    /** Alerts, who is told of them, a workbook and the services' logs, for somebody on call; left out: none. */
    monitoring: monitoring.optional(),
    /** A virtual network that exists, for the relay and the vault; left out: public endpoints. */
    privateNetworking: privateNetworking.optional(),
    /** Days after which dead letters are deleted, which hold what people wrote; false for never. @default 30 */
    deadLetterRetentionDays: z
      .union(
        [z.literal(false), wholeNumber(1, LONGEST_RETENTION_DAYS, '30')],
        says(`false, or a whole number from 1 to ${LONGEST_RETENTION_DAYS}`, '30'),
      )
      .optional(),
    /** A Communication Services resource that exists, instead of a new one. */
    communicationServiceId: armId(
      'Microsoft.Communication/communicationServices',
      `${SUBSCRIPTION}/Microsoft.Communication/communicationServices/acs-app`,
    ).optional(),
    /** The system topic that exists for it: Azure allows one. */
    systemTopicId: armId(
      'Microsoft.EventGrid/systemTopics',
      `${SUBSCRIPTION}/Microsoft.EventGrid/systemTopics/evgst-app`,
    ).optional(),
    /** Whether plans are refused that would destroy the Communication Services resource or a hub. */
    preventDestroy: z.boolean(says('true or false', 'true')).default(true),
    /** Register the resource providers that the stack needs; off when whoever deploys may not. */
    registerResourceProviders: z.boolean(says('true or false', 'true')).default(true),
    /**
     * A lock on what is deployed, alerts and workbook aside: nobody deletes it by other means. ReadOnly would stop the
     * link and the relay. Needs rights to set locks: see docs/resource-options.md.
     */
    lock: z
      .strictObject(
        { kind: z.enum(['CanNotDelete', 'None'], says("'CanNotDelete' or 'None'", 'CanNotDelete')) },
        says('an object with kind', "{ kind: 'CanNotDelete' }"),
      )
      .optional(),
    tags: z
      .record(
        z.string(),
        z.string(says('a text', 'contoso')),
        says('an object of texts', "{ owner: 'contoso' }"),
      )
      .default({}),
  },
  says('an object', "{ name: 'prod', … }"),
);

/** An environment as its file writes it. */
export type EnvironmentInput = z.input<typeof environmentSchema>;

/** An environment as the stack reads it: checked, with its defaults. */
export type Environment = z.output<typeof environmentSchema>;

/** What zod and `contradictions` both report. */
interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Of fields that are not known. */
  readonly keys?: readonly string[];
  /** `complete`: the message says what was given, or keeps it to itself on purpose. */
  readonly params?: { readonly complete?: boolean };
}

/**
 * Fields that do not go together. Looks at what was written and not at what was parsed, so that one mistake does not
 * hide another.
 */
function contradictions(input: Partial<EnvironmentInput>): Problem[] {
  const problems: Problem[] = [];
  const { name, appName, subscriptionId, apns, fcm, events, communicationServiceId, systemTopicId } = input;
  const base = `${appName}-${name}`;
  if (typeof name === 'string' && typeof appName === 'string' && base.length > MAX_BASE_LENGTH) {
    problems.push({
      path: ['appName'],
      message:
        `takes, together with the name of the environment, ${MAX_BASE_LENGTH} characters at most as in 'contoso-prod': ` +
        `'${base}' has ${base.length}`,
    });
  }
  if (!apns && fcm === false) {
    problems.push({
      path: ['apns'],
      message:
        "is needed when fcm is false: a hub without credentials delivers nothing, for example { keyId: 'ABC123DEFG', … }",
    });
  }
  if (apns?.voip === true && events && events.target !== 'relay') {
    problems.push({
      path: ['apns', 'voip'],
      message: "goes with events of target 'relay', which sends VoIP pushes, for example false",
    });
  }
  if (input.browser && events && events.target !== 'relay') {
    problems.push({
      path: ['browser'],
      message:
        "goes with events of target 'relay', which pushes to browsers, for example { target: 'relay' }",
    });
  }
  if (input.linkHealthAlert && events && events.target !== 'relay') {
    problems.push({
      path: ['linkHealthAlert'],
      message: "goes with events of target 'relay', which looks at the link, for example { target: 'relay' }",
    });
  }
  if (input.deadLetterRetentionDays !== undefined && events?.target === 'none') {
    problems.push({
      path: ['deadLetterRetentionDays'],
      message: 'goes with events, which alone can become dead letters: leave it out',
    });
  }
  const devicesApi = events?.target === 'relay' ? events.devicesApi : undefined;
  for (const field of SCALE_FIELDS) {
    if (devicesApi?.separateApp !== false || devicesApi[field] === undefined) continue;
    problems.push({
      path: ['events', 'devicesApi', field],
      message: `is of an app of its own, and separateApp is false: leave it out, or set events.${field}`,
    });
  }
  problems.push(...networkContradictions(input));
  if (systemTopicId && !communicationServiceId) {
    problems.push({
      path: ['systemTopicId'],
      message:
        'goes with communicationServiceId: the topic of a new Communication Services resource cannot exist yet',
    });
  }
  const owner = /^\/subscriptions\/([^/]+)\//i.exec(String(communicationServiceId))?.[1];
  if (owner && typeof subscriptionId === 'string' && owner.toLowerCase() !== subscriptionId.toLowerCase()) {
    problems.push({
      path: ['communicationServiceId'],
      message: `takes a resource of subscriptionId, since Azure links hubs of the same subscription only, for example '/subscriptions/${subscriptionId}/…'`,
    });
  }
  return problems;
}

/** Every mistake of an environment file at once, each with its field's path. */
export class EnvironmentError extends Error {
  constructor(
    file: string,
    readonly problems: readonly string[],
  ) {
    super(
      `${file} has ${problems.length} mistake${problems.length === 1 ? '' : 's'}:\n${problems.map((p) => `  ${p}`).join('\n')}`,
    );
    this.name = 'EnvironmentError';
  }
}

/**
 * Checks an environment and fills in its defaults.
 * @param file the file it comes from, for the error
 * @throws EnvironmentError with every mistake
 */
export function parseEnvironment(file: string, input: unknown): Environment {
  const result = environmentSchema.safeParse(input);
  const problems = [
    ...(result.error?.issues.flatMap(within).map((issue) => describe(issue, input)) ?? []),
    ...(isObject(input) ? contradictions(input).map((problem) => describe(problem, input)) : []),
  ];
  if (!result.success || problems.length > 0) throw new EnvironmentError(file, problems);
  return result.data;
}

/** Of alternatives, the mistakes inside the one that the value got into, rather than that none of them fits. */
function within(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const entered = issue.errors.find((inner) =>
    inner.every(({ path, code }) => path.length > 0 || code === 'unrecognized_keys'),
  );
  if (!entered) return [issue];
  return entered.flatMap(within).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
}

function describe(problem: Problem, input: unknown): string {
  const { keys, params } = problem;
  if (keys) return `${[...problem.path, keys.join(', ')].join('.')}: is no field of an environment`;
  const path = problem.path.join('.') || 'environment';
  if (params?.complete) return `${path}: ${problem.message}`;
  return `${path}: ${problem.message}, got ${show(valueAt(input, problem.path))}`;
}

function isObject(input: unknown): input is Partial<EnvironmentInput> {
  return typeof input === 'object' && input !== null;
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
    input,
  );
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return `'${value}'`;
  return typeof value === 'object' ? 'an object' : String(value);
}
