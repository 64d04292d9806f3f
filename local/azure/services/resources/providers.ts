import { listedNamespace, type Registrations } from '../../core/arm/registrations';
import type { ResourceType } from '../../core/arm/resource-type';
import { ArmError } from '../../core/http';
import { SUBSCRIPTION_ID } from '../../core/identity';

/** The resource providers of the types that are played, as a subscription lists and registers them. */
export class Providers {
  constructor(
    private readonly registrations: Registrations,
    private readonly resourceTypes: () => readonly ResourceType[],
  ) {}

  list(): unknown[] {
    const namespaces = new Set(this.resourceTypes().map(namespaceOf));
    return [...namespaces].sort().map((namespace) => this.get(namespace));
  }

  /** @throws ArmError 404 */
  get(namespace: string): unknown {
    const types = this.typesOf(namespace);
    const name = namespaceOf(types[0]!);
    return {
      id: `/subscriptions/${SUBSCRIPTION_ID}/providers/${name}`,
      namespace: name,
      registrationState: this.registrations.state(name),
      registrationPolicy: 'RegistrationRequired',
      resourceTypes: types.map(({ type, apiVersions }) => ({
        resourceType: type.split('/').slice(1).join('/'),
        locations: [],
        apiVersions,
        capabilities: 'SupportsTags, SupportsLocation',
      })),
    };
  }

  /** @throws ArmError 404 */
  register(namespace: string): unknown {
    this.registrations.register(namespaceOf(this.typesOf(namespace)[0]!));
    return this.get(namespace);
  }

  private typesOf(namespace: string): readonly ResourceType[] {
    const types = this.resourceTypes().filter(
      (type) => namespaceOf(type).toLowerCase() === namespace.toLowerCase(),
    );
    if (types.length > 0) return types;
    throw new ArmError(404, 'InvalidResourceNamespace', `The resource namespace '${namespace}' is invalid.`);
  }
}

function namespaceOf({ type }: ResourceType): string {
  return listedNamespace(type.split('/')[0]!);
}
