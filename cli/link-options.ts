import { KEY_NAMES, ResourceIdError, type HubExpectation, type LinkExpectation } from '../link';
import { validateExpectation } from '../link/expectation';
import { BadInput } from './bad-input';
import { expectationOf } from './deployed-link';
import type { Io } from './io';
import { readChoice } from './options';
import { STACK_USAGE, stackOrIds } from './stack-or-ids';

/** The options by which a command is told which link is meant. */
export const LINK_OPTIONS = {
  'communication-service': { type: 'string' },
  hub: { type: 'string' },
  policy: { type: 'string' },
  key: { type: 'string' },
  apns: { type: 'string' },
  'bundle-id': { type: 'string' },
  'fcm-v1': { type: 'boolean' },
  'fcm-project': { type: 'string' },
} as const;

export const LINK_USAGE = `${STACK_USAGE}
or
  --communication-service ID   ARM id of the Communication Services resource
  --hub ID                     ARM id of the notification hub that it should be linked to
  --policy ID                  ARM id of the Send-only rule (…/authorizationRules/{name})

  --key primary|secondary      the key that the link was made with
  --apns production|sandbox    expect an APNs token credential with that endpoint
  --bundle-id ID               … and that topic
  --fcm-v1                     expect an FCM v1 credential
  --fcm-project ID             … of that project`;

type LinkValues = { readonly [name in keyof typeof LINK_OPTIONS]?: string | boolean | undefined };

export interface NamedLink {
  readonly stack?: string;
  readonly expectation: LinkExpectation;
}

/**
 * The link that the arguments mean.
 * @throws BadInput when they name none, or ids that cannot be right
 */
export async function readLinkArguments(
  command: string,
  positionals: readonly string[],
  values: LinkValues,
  io: Io,
): Promise<NamedLink> {
  const text = (name: keyof typeof LINK_OPTIONS) => values[name] as string | undefined;
  const ids = {
    'communication-service': text('communication-service'),
    hub: text('hub'),
    policy: text('policy'),
  };
  const stack = stackOrIds(command, positionals, ids, ['communication-service', 'hub', 'policy'], io);
  const base =
    stack === undefined
      ? {
          communicationServiceId: ids['communication-service']!,
          notificationHubId: ids.hub!,
          ruleId: ids.policy!,
        }
      : await expectationOf(stack, io);
  const expectation = checked({ ...base, ...expectedPlatforms(values, base), ...keyOf(text('key')) });
  return stack === undefined ? { expectation } : { stack, expectation };
}

/**
 * The hub that `--hub` and `--policy` mean when no Communication Services resource is named; undefined when they mean
 * a link.
 * @throws BadInput when the ids cannot be right
 */
export function readHubArguments(
  positionals: readonly string[],
  values: LinkValues,
): HubExpectation | undefined {
  const text = (name: keyof typeof LINK_OPTIONS) => values[name] as string | undefined;
  const [notificationHubId, ruleId] = [text('hub'), text('policy')];
  if (positionals.length > 0 || text('communication-service') !== undefined) return undefined;
  if (notificationHubId === undefined || ruleId === undefined) return undefined;
  return checked({ notificationHubId, ruleId, ...expectedPlatforms(values, {}), ...keyOf(text('key')) });
}

function checked<Expectation extends HubExpectation>(expectation: Expectation): Expectation {
  try {
    validateExpectation(expectation);
    return expectation;
  } catch (error) {
    if (error instanceof ResourceIdError) throw new BadInput(error.message);
    throw error;
  }
}

function keyOf(text: string | undefined): Pick<LinkExpectation, 'key'> {
  return text === undefined ? {} : { key: readChoice('key', text, KEY_NAMES) };
}

function expectedPlatforms(
  values: LinkValues,
  base: Partial<HubExpectation>,
): Pick<HubExpectation, 'apns' | 'fcmV1'> {
  const environment = values.apns as string | undefined;
  const bundleId = values['bundle-id'] as string | undefined;
  const projectId = values['fcm-project'] as string | undefined;
  if (bundleId !== undefined && environment === undefined && !base.apns) {
    throw new BadInput('--bundle-id needs --apns production or --apns sandbox');
  }
  const apns =
    environment === undefined
      ? base.apns
      : { environment: readChoice('apns', environment, ['production', 'sandbox'] as const) };
  return {
    ...(apns && { apns: { ...apns, ...(bundleId === undefined ? {} : { bundleId }) } }),
    ...((values['fcm-v1'] || projectId !== undefined || base.fcmV1) && {
      fcmV1: { ...base.fcmV1, ...(projectId === undefined ? {} : { projectId }) },
    }),
  };
}
