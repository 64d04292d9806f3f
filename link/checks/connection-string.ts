import { fail, pass, unknown, waiting, type Finding } from '../check';
import type { HubExpectation } from '../expectation';
import type { Observation } from '../observation';
import { PLATFORM_NAMES } from '../platform-names';
import { NEEDED_ROLES } from '../roles';
import { unanswered } from '../unanswered';

export const id = 'connection-string';
export const title = "the policy's connection string opens the hub, and only to send";

/** Undefined when nothing was to be sent. */
export function find(o: Observation, expectation: HubExpectation): Finding | undefined {
  if (!o.probing) return undefined;
  if (!o.keys.answer) return unanswered(o.keys, NEEDED_ROLES.keys);
  if (!o.keys.answer.value) return unknown('there is no policy to have a connection string');
  const { answer, error } = o.probe;
  if (!answer)
    return error && !error.transient ? unknown(error.message) : waiting(error?.message ?? 'not asked yet');
  const { key, sends, listenStatus, manageStatus } = answer.value;
  const forbidden = sends.find(({ status }) => status === 403);
  if (forbidden) return refusedByNamespace(o, forbidden.reason, answer.time);
  const refused = sends.find(({ status }) => status === 401);
  if (refused && o.namespace.answer?.value?.networkRules) {
    return keptOut(o, `the hub refused a Direct Send with the ${key} key (401)`);
  }
  if (refused) {
    return fail(
      `the hub refused a Direct Send with the ${key} key (401)`,
      `see that ${expectation.ruleId} has Send; if it has, regenerate the key by 'acs-push rotate'`,
      answer.time,
    );
  }
  const odd = sends.find(({ status }) => status < 200 || status > 299);
  if (odd) {
    return fail(
      `the hub answered a Direct Send for ${PLATFORM_NAMES[odd.platform]} with ${odd.status}; expected 201`,
      odd.status === 404
        ? 'the namespace does not know the hub: see that the hub exists'
        : `see that the hub takes pushes for ${PLATFORM_NAMES[odd.platform]}`,
      answer.time,
    );
  }
  const wide = [
    ...(isRefusal(listenStatus) ? [] : [`Listen (${listenStatus})`]),
    ...(isRefusal(manageStatus) ? [] : [`Manage (${manageStatus})`]),
  ];
  if (wide.length > 0) {
    return fail(
      `the ${key} key opens more than sending: ${wide.join(', ')}`,
      `set the rights of ${expectation.ruleId} to Send: deploy the stack`,
      answer.time,
    );
  }
  if (sends.length === 0) return unknown('the hub has no push service to send to');
  const platforms = sends.map(({ platform }) => PLATFORM_NAMES[platform]).join(' and ');
  return pass(
    `Direct Send for ${platforms} accepted with the ${key} key; Listen and Manage refused`,
    answer.time,
  );
}

/**
 * 403 is not the key's: the namespace is off, its network rules keep this machine out, or the tier's quota is used up.
 * Source: azure-docs `notification-hubs/notification-hubs-push-notification-fixer.md`; REST "Direct send", response
 * codes.
 */
function refusedByNamespace(o: Observation, reason: string | undefined, time: number): Finding {
  const namespace = o.namespace.answer?.value;
  const said = `the hub refused a Direct Send (403${reason ? `: ${reason}` : ''})`;
  if (namespace && !namespace.enabled) {
    return fail(
      `${said}: the namespace ${namespace.name} is switched off${namespace.status ? ` (${namespace.status})` : ''}`,
      `switch the namespace ${namespace.name} on again; Azure switches it off with a subscription that is disabled`,
      time,
    );
  }
  if (namespace?.networkRules && !/quota/i.test(reason ?? '')) {
    return keptOut(o, said);
  }
  const tier = namespace?.tier ? ` of tier ${namespace.tier}` : '';
  if (namespace || /quota/i.test(reason ?? '')) {
    return fail(
      `${said}: the quota of the namespace${tier} is used up, as nothing else forbids the send`,
      'raise the tier of the namespace (sku), or wait for the next month: until then no push goes out',
      time,
    );
  }
  const why = o.namespace.error ? unanswered(o.namespace, NEEDED_ROLES.namespace) : undefined;
  return fail(
    `${said}: quota, network rules or a namespace that is switched off; which of them could not be read`,
    why?.remedy ??
      'look at the namespace of the hub: its quota, its network rules, and whether it is enabled',
    time,
  );
}

/** Network rules refuse with 401 or 403, as if it were the key's fault. */
function keptOut(o: Observation, said: string): Finding {
  const name = o.namespace.answer?.value?.name ?? 'of the hub';
  return unknown(
    `${said}: the namespace ${name} limits the networks that may send, and this machine may be in none of them; whether Communication Services is let in cannot be seen from here`,
    `verify from a network that the rules of ${name} let in, and place a call: 'acs-push test-call'`,
  );
}

function isRefusal(status: number): boolean {
  return status === 401 || status === 403;
}
