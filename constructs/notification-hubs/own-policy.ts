import { Token } from 'cdktf';
import type { Construct } from 'constructs';
import { mistake } from '../core/mistakes';
import { referenceOf } from '../core/reference';
import { HubPolicy } from './hub-policy';
import type { IHubPolicy, INotificationHub } from './notification-hub-interface';

export interface OwnPolicyProps {
  readonly hub: INotificationHub;
  readonly right: 'Send' | 'Listen';
  /** What the name is called where it is given, for mistakes. */
  readonly prop: string;
  readonly name: string | undefined;
  /** The name unless another is given, and the id of its construct; the id of another is made of it and the name. */
  readonly defaults: { readonly id: string; readonly name: string };
}

/**
 * Adds a rule to a hub that whoever asks has for itself: replacing its keys disturbs nobody else. A name that somebody has
 * on that hub already is a mistake.
 */
export function addOwnPolicy(
  owner: Construct,
  { hub, right, prop, name, defaults }: OwnPolicyProps,
): IHubPolicy {
  if (Token.isUnresolved(name)) {
    mistake(owner, `${prop} has to be known when the stack is synthesized: give it as a literal`);
  }
  const own = name === undefined || Token.isUnresolved(name) ? defaults.name : name;
  const taken = policyOf(hub, own);
  if (taken) {
    mistake(
      owner,
      `${prop} takes the name of a rule of its own, so that replacing the keys of one user of a hub leaves the others ` +
        `alone; got '${own}', which is ${taken.node.path} on ${hub.node.path} already: give another, for example '${own}-2'`,
    );
    return taken;
  }
  const id = own === defaults.name ? defaults.id : `${defaults.id}-${own}`;
  return right === 'Send' ? hub.addSendOnlyPolicy(id, own) : hub.addListenOnlyPolicy(id, own);
}

/** The rule of that name that is made on a hub, by whichever construct for the hub; undefined when there is none. */
function policyOf(hub: INotificationHub, name: string): HubPolicy | undefined {
  const hubId = referenceOf(hub, hub.notificationHubId);
  return hub.node.root.node
    .findAll()
    .find(
      (one): one is HubPolicy =>
        one instanceof HubPolicy &&
        one.policyName.toLowerCase() === name.toLowerCase() &&
        referenceOf(one.hub, one.hub.notificationHubId) === hubId,
    );
}
