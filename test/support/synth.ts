import { DefaultTokenResolver, StringConcat, TerraformStack, Testing, Tokenization } from 'cdktf';
import { AzurermProvider } from '@cdktf/provider-azurerm/lib/provider';
import type { IConstruct } from 'constructs';
import { AzapiProvider } from '../../constructs';
import type { ICheckedValue } from '../../constructs/core/mistakes';

/** Attributes of a block as the synthesized JSON has them; what is in them is for the test to say. */
export type Attributes = Record<string, any>;

type BlocksByType = Record<string, Record<string, Attributes>>;

/** A stack's Terraform JSON, read by kind and type. */
export class Synthesized {
  readonly json: Record<string, any>;

  /** @param stack what it was made from */
  constructor(
    readonly text: string,
    readonly stack?: TerraformStack,
  ) {
    this.json = JSON.parse(text) as Record<string, any>;
  }

  /** Managed resources of a type, in the order of their addresses. */
  resources(type: string): Attributes[] {
    return this.blocks('resource', type);
  }

  dataSources(type: string): Attributes[] {
    return this.blocks('data', type);
  }

  ephemerals(type: string): Attributes[] {
    return this.blocks('ephemeral', type);
  }

  /** The one resource of a type. @throws when there is none or more */
  resource(type: string): Attributes {
    return only(this.resources(type), `resource ${type}`);
  }

  /** The one resource of a type with that word in its logical name. @throws when there is none or more */
  resourceNamed(type: string, word: string): Attributes {
    const byName = ((this.json.resource ?? {}) as BlocksByType)[type] ?? {};
    const found = Object.keys(byName).filter((name) => name.includes(word));
    return only(
      found.map((name) => byName[name]!),
      `resource ${type} named ${word}`,
    );
  }

  dataSource(type: string): Attributes {
    return only(this.dataSources(type), `data ${type}`);
  }

  ephemeral(type: string): Attributes {
    return only(this.ephemerals(type), `ephemeral ${type}`);
  }

  /** The azapi resources of an ARM type, whatever the api-version. */
  arm(type: string): Attributes[] {
    return this.resources('azapi_resource').filter((resource) => resource.type.split('@')[0] === type);
  }

  /** The one azapi resource of an ARM type. @throws when there is none or more */
  oneArm(type: string): Attributes {
    return only(this.arm(type), type);
  }

  get variables(): Record<string, Attributes> {
    return this.json.variable ?? {};
  }

  get outputs(): Record<string, Attributes> {
    return this.json.output ?? {};
  }

  /** Types of all managed resources, each once. */
  get resourceTypes(): string[] {
    return Object.keys(this.json.resource ?? {}).sort();
  }

  /** `azapi_resource.Name` of every managed resource. */
  get addresses(): string[] {
    return Object.entries((this.json.resource ?? {}) as BlocksByType).flatMap(([type, byName]) =>
      Object.keys(byName).map((name) => `${type}.${name}`),
    );
  }

  private blocks(kind: string, type: string): Attributes[] {
    const byName = ((this.json[kind] ?? {}) as BlocksByType)[type] ?? {};
    return Object.keys(byName)
      .sort()
      .map((name) => byName[name]!);
  }
}

function only(found: Attributes[], what: string): Attributes {
  if (found.length !== 1) throw new Error(`expected one ${what}, got ${found.length}`);
  return found[0]!;
}

/** An app that writes nothing: its stacks are read by `synth`. */
export function newApp() {
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

/** Synthesizes with validations on, as `cdktf synth` does. */
export function synth(stack: TerraformStack): Synthesized {
  return new Synthesized(Testing.synth(stack, true), stack);
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
 * synthesizing the newest stack throws. What cdktf tells of its validations, `[path] message`, is told as this library
 * tells it: the message and, in a line of its own, the construct.
 * @throws when nothing is wrong
 */
export function errorOf(action: () => unknown): string {
  try {
    const { problems = [] } = (action() ?? {}) as Partial<ICheckedValue>;
    if (problems.length > 0) return problems.join('\n');
    if (newest) synth(newest);
  } catch (error) {
    const { message } = error as Error;
    if (!message.includes('Validation failed with the following errors:')) return message;
    return message
      .replace(/\n\nIf you wish to ignore these validations[^]*$/, '')
      .split(/\n {2}(?=\[)/)
      .slice(1)
      .map((each) => each.trim().replace(/^\[([^\]]*)\] ([^]*)$/, '$2\n  at construct $1'))
      .join('\n');
  }
  throw new Error('expected an error, got none');
}
