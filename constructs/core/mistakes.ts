import { TerraformElement, TerraformStack } from 'cdktf';
import type { IConstruct } from 'constructs';
import { PushConstructError, withoutTokens } from './errors';
import { firstTold } from './told-once';

const ID = 'Mistakes';

/**
 * Notes something that cannot work: what it is, what was got, what is expected and what to do. Synthesis fails with all
 * mistakes of the app together, each with the path of its construct. The caller goes on with any value that lets the
 * rest be looked at too: nothing of it is ever deployed.
 */
export function mistake(scope: IConstruct, message: string): void {
  Mistakes.of(scope).add(scope, withoutTokens(message));
}

/**
 * For what nothing can be built without, such as the hub of a relay.
 * @throws PushConstructError with all mistakes of the stack that were noted so far
 */
export function throwMistakes(scope: IConstruct): never {
  return Mistakes.of(scope).throw();
}

/** A value that is no construct, such as a credential: it is checked when it is made, and reported by who takes it. */
export interface ICheckedValue {
  /** What cannot work about it; none: it can. */
  readonly problems: readonly string[];
}

/** Notes what is wrong with a value, once: the first construct that takes it is named. */
export function mistakesOf(scope: IConstruct, value: ICheckedValue | undefined): void {
  for (const problem of value?.problems ?? []) if (firstTold(scope, value!, problem)) mistake(scope, problem);
}

interface Noted {
  readonly scope: IConstruct;
  readonly message: string;
}

/**
 * The mistakes of a stack. Cdktf validates before it synthesizes, and then `node.addValidation` of each construct tells
 * its own; `Testing.synth` does not unless it is told to, and so the element refuses to be written as well.
 */
class Mistakes extends TerraformElement {
  static of(scope: IConstruct): Mistakes {
    const stack = TerraformStack.of(scope);
    return (stack.node.tryFindChild(ID) as Mistakes | undefined) ?? new Mistakes(stack);
  }

  private readonly noted: Noted[] = [];

  private constructor(private readonly stack: TerraformStack) {
    super(stack, ID);
    this.node.addValidation({ validate: () => this.elsewhere().map(told) });
  }

  add(scope: IConstruct, message: string): void {
    if (this.noted.some((known) => known.scope === scope && known.message === message)) return;
    if (!this.noted.some((known) => known.scope === scope)) {
      scope.node.addValidation({
        validate: () => this.noted.filter((known) => known.scope === scope).map((known) => known.message),
      });
    }
    this.noted.push({ scope, message });
  }

  /** Asked for when a stack is written, and not yet when it is prepared, which is before it is validated. */
  override toMetadata(): object {
    return this.throw();
  }

  throw(): never {
    throw new PushConstructError(this.noted.map(told).join('\n'));
  }

  /** Of the other stacks: cdktf stops at the first stack that has any. */
  private elsewhere(): Noted[] {
    return this.stack.node.root.node
      .findAll()
      .filter((node): node is Mistakes => node instanceof Mistakes && node !== this)
      .flatMap((other) => other.noted);
  }
}

function told({ scope, message }: Noted): string {
  return `${message}\n  at construct ${scope.node.path}`;
}
