import type { Clock } from '../clock';
import { ArmError } from '../http';
import { SUBSCRIPTION_ID } from '../identity';
import { ownValue } from '../own';
import type { ResourceStore } from '../store';

/** Which resource providers a subscription is registered for from its start. */
export type RegisteredProviders = 'all' | readonly string[];

export type RegistrationState = 'NotRegistered' | 'Registering' | 'Registered';

/** Every subscription has them. */
const REGISTRATION_FREE = ['microsoft.authorization', 'microsoft.resources'];
/** Those that Azure lists in another case than the ids of their resources have; azurerm registers by the listed name alone. */
const LISTED: Readonly<Record<string, string>> = { 'Microsoft.Insights': 'microsoft.insights' };
const TYPE = 'Microsoft.Resources/providers';
/** Azure takes minutes; its resource types are there for who asks meanwhile. */
const REGISTERING_MS = 1000;

/**
 * The resource providers that the subscription is registered for, kept with its resources.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/management/resource-providers-and-types
 */
export class Registrations {
  private readonly initial: ReadonlySet<string> | 'all';

  /** @param registered from the start, whatever the case */
  constructor(
    private readonly store: ResourceStore,
    private readonly clock: Clock,
    /** Namespaces of the resource types that are played: the others have no registration. */
    private readonly played: () => readonly string[],
    registered: RegisteredProviders = 'all',
  ) {
    this.initial =
      registered === 'all'
        ? 'all'
        : new Set([...registered.map((name) => name.toLowerCase()), ...REGISTRATION_FREE]);
  }

  state(namespace: string): RegistrationState {
    if (this.initial === 'all' || this.initial.has(namespace.toLowerCase())) return 'Registered';
    const since = this.store.get(idOf(namespace))?.properties['since'] as number | undefined;
    if (since === undefined) return 'NotRegistered';
    return this.clock.now() - since < REGISTERING_MS ? 'Registering' : 'Registered';
  }

  register(namespace: string): void {
    if (this.state(namespace) !== 'NotRegistered') return;
    const properties = { since: this.clock.now() };
    this.store.put({ id: idOf(namespace), name: namespace, type: TYPE, properties });
  }

  /** @throws ArmError 409 while the subscription is not registered for a namespace that is played */
  require(namespace: string): void {
    const name = this.played().find((one) => one.toLowerCase() === namespace.toLowerCase());
    if (name !== undefined && this.state(name) === 'NotRegistered')
      throw missingRegistration(listedNamespace(name));
  }
}

/** A namespace as the list of resource providers has it. */
export function listedNamespace(namespace: string): string {
  return ownValue(LISTED, namespace) ?? namespace;
}

function idOf(namespace: string): string {
  return `/subscriptions/${SUBSCRIPTION_ID}/providers/${namespace}`;
}

/** `target` is what SDKs register by. */
function missingRegistration(namespace: string): ArmError {
  const code = 'MissingSubscriptionRegistration';
  const message =
    `The subscription is not registered to use namespace '${namespace}'. ` +
    'See https://aka.ms/rps-not-found for how to register subscriptions.';
  return new ArmError(409, code, message, {}, [{ code, target: namespace, message }]);
}
