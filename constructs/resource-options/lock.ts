import { ManagementLock, type ManagementLockConfig } from '@cdktf/provider-azurerm/lib/management-lock';
import { Lazy, Token, type TerraformResource } from 'cdktf';
import type { Construct } from 'constructs';
import { LOCK_KINDS, type Lock } from '../core/azure-resource-options';
import { shown } from '../core/checks';
import { mistake } from '../core/mistakes';
import { renamable } from '../core/renamable';
import { replacedWith } from '../core/replaced-with';
import { firstTold } from '../core/told-once';
import { TerraformData } from '../core/terraform-data';
import { LocksOfStack } from './locks-of-stack';

/** Source: terraform-provider-azurerm, validate.ManagementLockName. */
const LOCK_NAME = /^[\w-]{1,259}$/;
const LONGEST_NOTES = 512;

const NOTES = 'Set by Terraform, which takes it off itself when it deletes or replaces what is under it.';

/** What is locked. */
export interface Lockable {
  readonly resource: TerraformResource;
  /** ARM id. */
  readonly id: string;
  /** Its own name, for the lock's. */
  readonly name: string;
  /** What a ReadOnly lock on it would stop. Undefined: nothing that this library does again and again. */
  readonly readOnlyStops?: string;
}

/**
 * Locks a resource. The lock is put on after all that the stack puts under the resource, and taken off before any of
 * that is deleted or made anew, which Azure refuses under a lock: it is replaced whenever the list of what is under it
 * changes.
 */
export function lockResource(scope: Construct, prefix: string, lockable: Lockable, lock: Lock): void {
  const problems = lockProblems(lock, lockable);
  for (const problem of problems) if (firstTold(scope, lock, problem)) mistake(scope, problem);
  if (problems.length > 0 || lock.kind === 'None') return;
  const locks = LocksOfStack.of(scope);
  const parts = renamable(
    new TerraformData(scope, `${prefix}LockedParts`, {
      triggersReplace: Lazy.anyValue({ produce: () => locks.idsUnder(lockable.resource) }),
    }),
  );
  const resource = renamable(
    new LastLock(scope, `${prefix}Lock`, () => locks.addressesUnder(lockable.resource), {
      name: lock.name ?? `lock-${lockable.name.replace(/\./g, '-')}`,
      scope: lockable.id,
      lockLevel: lock.kind,
      notes: lock.notes ?? NOTES,
      lifecycle: { replaceTriggeredBy: [replacedWith(parts)] },
    }),
  );
  locks.add({ lock: resource, on: lockable.resource, kind: lock.kind });
}

/** A lock that depends on what lies under it when the stack is written, beside what `dependsOn` is set to. */
class LastLock extends ManagementLock {
  constructor(
    scope: Construct,
    id: string,
    private readonly under: () => string[],
    config: ManagementLockConfig,
  ) {
    super(scope, id, config);
  }

  override get terraformMetaArguments(): Record<string, unknown> {
    const dependsOn = [...(this.dependsOn ?? []), ...this.under()];
    return { ...super.terraformMetaArguments, dependsOn: dependsOn.length > 0 ? dependsOn : undefined };
  }
}

function lockProblems(lock: Lock, { readOnlyStops }: Lockable): string[] {
  const problems: string[] = [];
  if (!LOCK_KINDS.includes(lock.kind)) {
    problems.push(
      `lock.kind takes one of ${LOCK_KINDS.join(', ')}, got ${shown(lock.kind)}: give one of them`,
    );
  }
  if (lock.kind === 'ReadOnly' && readOnlyStops !== undefined) {
    problems.push(
      `lock.kind takes 'CanNotDelete' here, got 'ReadOnly', which ${readOnlyStops}: give 'CanNotDelete'`,
    );
  }
  const { name, notes } = lock;
  if (name !== undefined && !Token.isUnresolved(name) && !LOCK_NAME.test(name)) {
    problems.push(`lock.name takes 1 to 259 letters, digits, - and _, got '${name}': give another`);
  }
  if (notes !== undefined && !Token.isUnresolved(notes) && notes.length > LONGEST_NOTES) {
    problems.push(`lock.notes takes ${LONGEST_NOTES} characters at most, got ${notes.length}: shorten it`);
  }
  return problems;
}
