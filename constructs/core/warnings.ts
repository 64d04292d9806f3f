import { Annotations, Aspects } from 'cdktf';
import type { IConstruct } from 'constructs';
import { withoutTokens } from './errors';

const PREFIX = 'cdktf-acs-push';
const acknowledged = new WeakMap<IConstruct, Set<string>>();
/** A text, or what finds one out when the stack is synthesized; undefined when there is nothing to warn of. */
type Message = string | (() => string | undefined);

const warned = new WeakMap<IConstruct, Map<string, Message>>();

/**
 * Warns of something that works and is probably not meant. Shown by cdktf at synth time, with `[ack: {id}]` behind it;
 * {@link acknowledgeWarning} silences it.
 *
 * @param id stable and short: `no-dead-letter`
 */
export function warn(scope: IConstruct, id: string, message: Message): void {
  const known = warned.get(scope) ?? new Map<string, Message>();
  known.set(id, message);
  if (warned.has(scope)) return;
  warned.set(scope, known);
  const told = new Set<string>();
  // When the stack is synthesized, so that what is acknowledged later counts too.
  Aspects.of(scope).add({
    visit: (node) => {
      if (node !== scope) return;
      for (const [each, message] of known) {
        if (told.has(each) || isAcknowledged(scope, each)) continue;
        const text = typeof message === 'string' ? message : message();
        if (text === undefined) continue;
        told.add(each);
        addWarning(scope, each, text);
      }
    },
  });
}

/** Something to warn of, and where. */
export interface Finding {
  readonly construct: IConstruct;
  readonly message: string;
}

/**
 * Warns of what Aspects and overrides still change: looked for when all Aspects have been everywhere.
 *
 * @param id stable and short: `azurerm-version`
 */
export function warnLast(scope: IConstruct, id: string, find: () => readonly Finding[]): void {
  const told = new Set<string>();
  scope.node.addValidation({
    validate: () => {
      for (const { construct, message } of find()) {
        const where = `${construct.node.path}: ${message}`;
        if (told.has(where) || isAcknowledged(construct, id)) continue;
        told.add(where);
        addWarning(construct, id, message);
      }
      return [];
    },
  });
}

function addWarning(construct: IConstruct, id: string, message: string): void {
  Annotations.of(construct).addWarning(`${withoutTokens(message)} [ack: ${PREFIX}:${id}]`);
}

/**
 * Silences a warning of a construct and of all below it.
 *
 * @param id what stands behind `ack:` in the warning, with or without `cdktf-acs-push:`
 */
export function acknowledgeWarning(scope: IConstruct, id: string): void {
  const ids = acknowledged.get(scope) ?? new Set();
  acknowledged.set(scope, ids.add(id.replace(`${PREFIX}:`, '')));
}

function isAcknowledged(scope: IConstruct, id: string): boolean {
  return scope.node.scopes.some((each) => acknowledged.get(each)?.has(id));
}
