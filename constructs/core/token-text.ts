import {
  DefaultTokenResolver,
  StringConcat,
  TerraformDataSource,
  TerraformResource,
  TerraformStack,
  Token,
  Tokenization,
} from 'cdktf';
import type { IConstruct } from 'constructs';

/**
 * What tokens stand for in a construct's stack: the same text for each token of the same attribute, and another for one
 * of another stack.
 *
 * @param preparing whether the stack reads from then on what a token of another stack stands for
 */
export function tokenText(scope: IConstruct, value: unknown, { preparing } = { preparing: true }): string {
  const resolver = new DefaultTokenResolver(new StringConcat());
  const resolved: unknown = Tokenization.resolve(value, { scope, preparing, resolver });
  return typeof resolved === 'string' ? resolved : JSON.stringify(resolved);
}

/**
 * What tokens stand for, without where constructs are: each address is the type of the resource and its name in Azure,
 * where that is a literal. It stays when constructs are moved or renamed, and may be the same for several resources.
 */
export function placelessText(scope: IConstruct, text: string): string {
  if (!Token.isUnresolved(text)) return text;
  const stack = originOf(text) ?? TerraformStack.of(scope);
  const elements = new Map(
    stack.node
      .findAll()
      .filter(
        (node) =>
          TerraformResource.isTerraformResource(node) || TerraformDataSource.isTerraformDataSource(node),
      )
      // The id that is allocated and not `friendlyUniqueId`, which would fix it; one that is overridden has no place.
      .map((element) => [`${element.terraformResourceType}.${stack.getLogicalId(element)}`, element]),
  );
  return tokenText(stack, text).replace(/\b[a-z][a-z0-9_]*\.[\w-]+/g, (address) => {
    const element = elements.get(address);
    return element ? `${element.terraformResourceType}.${nameOf(element)}` : address;
  });
}

/** The stack whose resources a text speaks of; undefined where its tokens do not say. */
function originOf(text: string): TerraformStack | undefined {
  const tokens = Tokenization.reverseString(text).tokens as { readonly originStack?: TerraformStack }[];
  return tokens.map(({ originStack }) => originStack).find((stack) => stack !== undefined);
}

/** Nothing where it is known only when deployed. */
function nameOf(element: TerraformResource | TerraformDataSource): string {
  const { nameInput } = element as { readonly nameInput?: unknown };
  return typeof nameInput === 'string' && !Token.isUnresolved(nameInput) ? nameInput : '';
}
