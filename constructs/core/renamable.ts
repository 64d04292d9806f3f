import {
  ref,
  TerraformDataSource,
  TerraformStack,
  Token,
  type IResolvable,
  type IResolveContext,
  type TerraformResource,
} from 'cdktf';

/**
 * Lets `overrideLogicalId` of a resource or data source work at any time before synthesis: what refers to it asks for
 * its logical id when the stack is written. Cdktf reads the id when a reference is made, and whatever id comes later is
 * refused, or forgotten without a word.
 *
 * @param elementType what its address begins with, where that is not its type
 */
export function renamable<T extends TerraformResource | TerraformDataSource>(
  element: T,
  elementType = elementTypeOf(element),
): T {
  let override: string | undefined;
  let allocated: string | undefined;
  const interpolationForAttribute = element.interpolationForAttribute.bind(element);
  const whole = new LateReference(element, () =>
    ref(`${elementType}.${element.friendlyUniqueId}`, TerraformStack.of(element)),
  );
  const property = (value: unknown): PropertyDescriptor => ({ value, configurable: true, writable: true });
  Object.defineProperties(element, {
    friendlyUniqueId: {
      get: () => override ?? (allocated ??= TerraformStack.of(element).getLogicalId(element)),
      configurable: true,
    },
    fqn: { get: () => Token.asString(whole), configurable: true },
    overrideLogicalId: property((logicalId: string) => {
      override = logicalId;
    }),
    resetOverrideLogicalId: property(() => {
      override = undefined;
    }),
    interpolationForAttribute: property(
      (attribute: string) => new LateReference(element, () => interpolationForAttribute(attribute)),
    ),
  });
  return element;
}

/** What its address begins with. */
function elementTypeOf(element: TerraformResource | TerraformDataSource): string {
  const type = element.terraformResourceType;
  return TerraformDataSource.isTerraformDataSource(element) ? `data.${type}` : type;
}

/** A reference that is made when it is resolved. */
class LateReference implements IResolvable {
  readonly creationStack: string[] = [];
  private made?: { readonly logicalId: string; readonly reference: IResolvable };

  constructor(
    private readonly element: TerraformResource | TerraformDataSource,
    private readonly make: () => IResolvable,
  ) {}

  /** Once for each logical id: cdktf's reference remembers which stacks read it from elsewhere. */
  resolve(context: IResolveContext): unknown {
    const logicalId = this.element.friendlyUniqueId;
    if (this.made?.logicalId !== logicalId) this.made = { logicalId, reference: this.make() };
    return this.made.reference.resolve(context);
  }

  /** As cdktf's own references have it. */
  get originStack(): TerraformStack {
    return TerraformStack.of(this.element);
  }

  toString(): string {
    return Token.asString(this);
  }

  toJSON(): string {
    return '<unresolved-reference>';
  }
}
