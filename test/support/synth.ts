import { mkdirSync } from 'node:fs';
import { DefaultTokenResolver, StringConcat, TerraformStack, Testing, Tokenization } from 'cdktf';
import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import type { IConstruct } from 'constructs';
import { AzapiProvider } from '../../constructs';
import type { ICheckedValue } from '../../constructs/core/mistakes';
import { synthesize, SynthesizedStack, type Attributes } from '../../testing';
import { validationErrors } from '../../testing/synthesize';

export type { Attributes };

/** A synthesized stack, with short words for what many tests ask. */
export class Synthesized extends SynthesizedStack {
  /** @param stack what it was made from */
  constructor(
    text: string,
    warnings: readonly string[] = [],
    readonly stack?: TerraformStack,
  ) {
    super(text, warnings);
  }

  /** The one resource of a type with that word in its logical name. @throws when there is none or more */
  resourceNamed(type: string, word: string): Attributes {
    const found = this.addressed(type).filter(({ address }) => address.split('.')[1]!.includes(word));
    return only(
      found.map(({ attributes }) => attributes),
      `resource ${type} named ${word}`,
    );
  }

  /** The azapi resources of an ARM type, whatever the api-version. */
  arm(type: string): Attributes[] {
    return this.resources(type);
  }

  /** The one azapi resource of an ARM type. @throws when there is none or more */
  oneArm(type: string): Attributes {
    return this.resource(type);
  }
}

function only(found: Attributes[], what: string): Attributes {
  if (found.length !== 1) throw new Error(`expected one ${what}, got ${found.length}`);
  return found[0]!;
}

/** An app that writes nothing: its stacks are read by `synth`. */
export function newApp() {
  // CDKTF looks whether the folder is there and then makes it: another worker may have made it in between.
  mkdirSync('cdktf.out/stacks', { recursive: true });
  return Testing.app({ outdir: 'cdktf.out' });
}

let newest: TerraformStack | undefined;

/** A stack with both providers, as every stack of this library needs. */
export function newStack(id = 'stack', app = newApp()): TerraformStack {
  const stack = new TerraformStack(app, id);
  newest = stack;
  new AzurermProvider(stack, 'azurerm', { features: [{}], storageUseAzuread: true });
  new AzapiProvider(stack, 'azapi');
  return stack;
}

/** Synthesizes with validations on, as `cdktf synth` does. @throws what cdktf throws */
export function synth(stack: TerraformStack): Synthesized {
  try {
    const { text, warnings } = synthesize(stack);
    return new Synthesized(text, warnings, stack);
  } catch (error) {
    throw (error as Error).cause ?? error;
  }
}

/** Synthesizes what `build` puts into a fresh stack. */
export function synthWith(build: (stack: TerraformStack) => void): Synthesized {
  const stack = newStack();
  build(stack);
  return synth(stack);
}

/** What a token stands for in the JSON of its stack: `${azapi_resource.Hub.id}`. */
export function resolved(scope: IConstruct, token: unknown): unknown {
  return Tokenization.resolve(token, {
    scope,
    preparing: false,
    resolver: new DefaultTokenResolver(new StringConcat()),
  });
}

/** Warnings that constructs below the scope carry, each with the construct's path. */
export function warnings(scope: IConstruct): string[] {
  return scope.node
    .findAll()
    .flatMap((construct) =>
      construct.node.metadata
        .filter((entry) => entry.type === '@cdktf/warn')
        .map((entry) => `${construct.node.path}: ${entry.data}`),
    );
}

/** The resource that publishes the relay's code, among those of `terraform_data`. */
export function publishingOf(json: Synthesized): Attributes {
  return only(
    json.resources('terraform_data').filter(({ triggers_replace }) => triggers_replace?.package),
    'publishing',
  );
}

/** The commands that prove a link or a hub, with their resources, in the order of their addresses. */
export function verificationsOf(json: Synthesized): (Attributes & { command: string })[] {
  return json.resources('terraform_data').flatMap((data) => {
    const command = data.provisioner?.[0]['local-exec'].command as string | undefined;
    return command?.includes('acs-push.cjs verify') ? [{ ...data, command }] : [];
  });
}

/** App settings of the one Function App, or of the one with that word in its name. */
export function settingsOf(json: Synthesized, purpose = ''): Record<string, string> {
  const sites = json.arm('Microsoft.Web/sites').filter(({ name }) => name.includes(purpose));
  const { appSettings } = only(sites, `Function App for ${purpose}`).body.properties.siteConfig;
  return Object.fromEntries(
    appSettings.map(({ name, value }: { name: string; value: string }) => [name, value]),
  );
}

/** The message of what is thrown, as it is. @throws when nothing is */
export function thrownBy(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('expected an error, got none');
}

/**
 * What is wrong: the message of what the action throws, else the problems of the value that it answers, else what
 * synthesizing the newest stack throws.
 * @throws when nothing is wrong
 */
export function errorOf(action: () => unknown): string {
  try {
    const { problems = [] } = (action() ?? {}) as Partial<ICheckedValue>;
    if (problems.length > 0) return problems.join('\n');
    if (newest) synth(newest);
  } catch (error) {
    const { message } = error as Error;
    return validationErrors(message)?.join('\n') ?? message;
  }
  throw new Error('expected an error, got none');
}
