import type { Construct } from 'constructs';
import type { AzureResourceOptions } from '../core/azure-resource-options';
import { mistake } from '../core/mistakes';

/** Options of each part of something that makes several resources. */
export type PartOptions<Part extends string> = Readonly<Partial<Record<Part, AzureResourceOptions>>>;

/** What all parts have in common. */
export type CommonOptions = Pick<AzureResourceOptions, 'tags' | 'lock'>;

/** The options of one part: its own tags beside those of all, its own lock in place of theirs. */
export function optionsOf(common: CommonOptions, own: AzureResourceOptions = {}): AzureResourceOptions {
  return {
    ...own,
    tags: own.tags ? { ...common.tags, ...own.tags } : common.tags,
    lock: own.lock ?? common.lock,
  };
}

/** Notes options of parts that are not made: nothing would come of them. */
export function checkPartOptions<Part extends string>(
  scope: Construct,
  options: PartOptions<Part> | undefined,
  made: Readonly<Record<Part, boolean>>,
): void {
  for (const part of Object.keys(options ?? {}) as Part[]) {
    if (options![part] === undefined) continue;
    if (made[part] === undefined) {
      mistake(
        scope,
        `resourceOptions takes ${Object.keys(made).join(', ')}, got '${part}': give one of them`,
      );
    } else if (!made[part]) {
      mistake(scope, `resourceOptions.${part} is of a resource that is not made here: leave it out`);
    }
  }
}
