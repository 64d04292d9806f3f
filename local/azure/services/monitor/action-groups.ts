import { ArmError, badRequest, shown } from '../../core/http';
import { bodyOf, resourceOf } from '../../core/arm/resource-body';
import type { ResourceType } from '../../core/arm/resource-type';
import { requireName } from './alert-rules';

const TYPE = 'Microsoft.Insights/actionGroups';
const MAX_SHORT_NAME = 12;
const FORBIDDEN_IN_NAMES = /[:<>+/&%\\?|\u0000-\u001f]/;
const EMAIL = /^[^@\s]+@[^@\s]+\.[^@\s]+$/;
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Where action groups are processed. */
const LOCATIONS = [
  'global',
  'swedencentral',
  'germanywestcentral',
  'northcentralus',
  'southcentralus',
  'eastus2',
];

type Receiver = Readonly<Record<string, unknown>> & { readonly name?: string };

/** Lists of receivers, in the order of the model, and what each of a list must have beside its name. */
const RECEIVERS: Readonly<Record<string, readonly string[]>> = {
  armRoleReceivers: ['roleId'],
  automationRunbookReceivers: ['automationAccountId', 'runbookName', 'webhookResourceId', 'isGlobalRunbook'],
  azureAppPushReceivers: ['emailAddress'],
  azureFunctionReceivers: ['functionAppResourceId', 'functionName', 'httpTriggerUrl'],
  emailReceivers: ['emailAddress'],
  eventHubReceivers: ['eventHubNameSpace', 'eventHubName', 'subscriptionId'],
  itsmReceivers: ['workspaceId', 'connectionId', 'ticketConfiguration', 'region'],
  logicAppReceivers: ['resourceId', 'callbackUrl'],
  smsReceivers: ['countryCode', 'phoneNumber'],
  voiceReceivers: ['countryCode', 'phoneNumber'],
  webhookReceivers: ['serviceUri'],
};

/** Microsoft.Insights/actionGroups. Nobody is told anything. */
export const actionGroups: ResourceType = {
  type: TYPE,
  apiVersions: ['2019-06-01', '2022-06-01', '2023-01-01', '2024-10-01-preview'],
  put(request) {
    requireName(request.id, FORBIDDEN_IN_NAMES);
    const { location = '', properties = {} } = bodyOf(request);
    if (!LOCATIONS.includes(location.toLowerCase().replaceAll(' ', ''))) {
      throw badRequest(
        `the location of an action group is one of ${LOCATIONS.join(', ')}; got '${location}'`,
      );
    }
    const shortName = properties.groupShortName;
    if (typeof shortName !== 'string' || shortName === '') {
      throw new ArmError(400, 'GroupShortNameIsNullOrEmpty', 'an action group needs groupShortName');
    }
    if (shortName.length > MAX_SHORT_NAME) {
      throw new ArmError(
        400,
        'GroupShortNameIsTooLong',
        `The action group short name '${shortName}' is too long. Please specify a short name with ` +
          `'${MAX_SHORT_NAME}' or less characters`,
      );
    }
    const names = new Set<string>();
    for (const [list, required] of Object.entries(RECEIVERS)) {
      for (const receiver of (properties[list] ?? []) as Receiver[]) {
        requireReceiver(list, receiver, required);
        if (names.has(receiver.name!)) {
          throw badRequest(`two receivers of the action group are named '${receiver.name}'`);
        }
        names.add(receiver.name!);
      }
    }
    const group = resourceOf(request, TYPE, { enabled: properties.enabled ?? true });
    return { ...group, properties: { ...group.properties, ...emailStatus(properties) } };
  },
};

function requireReceiver(list: string, receiver: Receiver, required: readonly string[]): void {
  const missing = ['name', ...required].find((name) => (receiver[name] ?? '') === '');
  if (missing !== undefined) throw badRequest(`a receiver of ${list} misses ${missing}`);
  const { emailAddress, serviceUri, useAadAuth } = receiver;
  if (emailAddress !== undefined && !EMAIL.test(String(emailAddress))) {
    throw badRequest(`receiver '${receiver.name}': ${shown(emailAddress)} is no e-mail address`);
  }
  if (list !== 'webhookReceivers') return;
  if (!/^https?:$/.test(protocolOf(serviceUri))) {
    throw badRequest(`receiver '${receiver.name}': ${shown(serviceUri)} is no http or https address`);
  }
  if (useAadAuth === true) {
    for (const name of ['objectId', 'tenantId']) {
      if (!GUID.test(String(receiver[name] ?? ''))) {
        throw badRequest(
          `receiver '${receiver.name}': useAadAuth needs ${name}, a GUID; got ${shown(receiver[name])}`,
        );
      }
    }
  }
}

function protocolOf(uri: unknown): string {
  return URL.canParse(String(uri)) ? new URL(String(uri)).protocol : '';
}

/** Each address is asked whether it wants mail; until it says no it is `Enabled`. */
function emailStatus({ emailReceivers }: Record<string, unknown>): object {
  if (!Array.isArray(emailReceivers)) return {};
  return { emailReceivers: emailReceivers.map((receiver: object) => ({ ...receiver, status: 'Enabled' })) };
}
