import type { Construct } from 'constructs';
import type { AzureResourceOptions } from '../core/azure-resource-options';
import { checkTags } from '../core/tags';
import { soundKinds } from '../core/kinds';
import { mistake } from '../core/mistakes';
import { RESOURCE_OPTIONS } from '../core/part-kinds';
import type { DiagnosticSupport } from './diagnostic-categories';
import { sendDiagnostics } from './diagnostic-settings';
import { lockResource, type Lockable } from './lock';
import { assignRoles } from './role-assignments';

const { tags: _, ...KINDS } = RESOURCE_OPTIONS;

/** A resource, and what of the options it can have. */
export interface OptionsTarget extends Lockable {
  /** What it can send. @default - no diagnostic settings */
  readonly diagnostics?: DiagnosticSupport;
  /** Characters that a key of its tags may have. @default 512 */
  readonly longestTagKey?: number;
  /** What the ids of the constructs begin with, in a scope of several resources. @default - nothing */
  readonly prefix?: string;
}

/**
 * Makes what the options ask for beside a resource: its roles, its diagnostic settings and, after all that the stack puts
 * under it, its lock. Tags are the resource's own, and are checked here.
 */
export function applyResourceOptions(
  scope: Construct,
  target: OptionsTarget,
  options: AzureResourceOptions,
): void {
  const { prefix = '', diagnostics } = target;
  const { lock, roleAssignments = [], diagnosticSettings = [] } = soundKinds(scope, options, KINDS);
  checkTags(scope, options.tags, target.longestTagKey);
  assignRoles(scope, prefix, target.id, roleAssignments);
  if (diagnostics) sendDiagnostics(scope, prefix, { ...target, diagnostics }, diagnosticSettings);
  else if (diagnosticSettings.length > 0) {
    mistake(
      scope,
      `diagnosticSettings takes resources that have logs or metrics, and ${target.resource.node.id} has none: leave it out`,
    );
  }
  if (lock) lockResource(scope, prefix, target, lock);
}
