import { TransientError } from '../errors';
import type { Slot } from '../ports';
import type { Entity } from './transaction';

/**
 * The form of the rows that this release writes. It goes up when an earlier release would misread them. Rows of before
 * there was such a number have none and are read as 1: what they lack, the messages that each attempt sent, is in
 * `sent_{version}`, which is still written for them.
 */
const FORMAT = 1;

const NOTHING: ReadonlySet<string> = new Set();

/**
 * What a slot's row says, to one who asks for a version of it. Whoever claims the slot makes the row; whoever comes to an
 * end adds how, in properties of its own, so that an attempt that ends after it overran its lease takes nothing from the
 * one that took over:
 * `done_{version}` when the version was handled to its end,
 * `freed`, the token of the attempt that gave its claim back,
 * `sent_{version}_{token}`, keys of the messages that a hub had accepted of that attempt by then, separated by blanks, and
 * `sent_{version}`, the same as far as the last attempt knew it.
 */
export interface SlotState {
  /**
   * `done`: the version was handled to its end. `superseded`: a later one was, or is. `held`: an attempt is at it, or at an
   * earlier one. `free`: given back, or left by an attempt whose time is over.
   */
  readonly kind: 'done' | 'superseded' | 'held' | 'free';
  /** Token of the attempt that claimed it last. */
  readonly holder: string;
  /** What is known to have been accepted of the version. */
  readonly sent: ReadonlySet<string>;
}

/**
 * Reads a slot's row.
 *
 * @param now milliseconds since the epoch
 * @throws TransientError when a later release wrote it in a form that is not known here
 */
export function slotState(row: Entity, version: number, now: number): SlotState {
  const format = Number(row['format'] ?? FORMAT);
  if (!(format <= FORMAT)) {
    throw new TransientError(
      `the event's row has format ${format}, this release reads ${FORMAT}: it is left to instances of the later release`,
    );
  }
  // A row without a version is a mark whose row was dropped with its table.
  const kept = Number(row['version'] ?? version);
  return {
    kind: kindOf(row, kept, version, now),
    holder: String(row['holder'] ?? ''),
    sent: kept === version ? sentIn(row, version) : NOTHING,
  };
}

function kindOf(row: Entity, kept: number, version: number, now: number): SlotState['kind'] {
  if (kept > version) return 'superseded';
  if (row[named('done', kept)] === true) return kept === version ? 'done' : 'free';
  const isOver = row['freed'] === row['holder'] || Number(row['until']) <= now;
  return isOver ? 'free' : 'held';
}

/**
 * A claim. Numbers are text: they go beyond what a table's 32-bit integers hold.
 *
 * @param until when the attempt's time is over, in milliseconds since the epoch
 */
export function claimRow(
  partitionKey: string,
  slot: Slot,
  token: string,
  until: number,
  sent: ReadonlySet<string> = NOTHING,
): Entity {
  const row = {
    partitionKey,
    rowKey: slot.key,
    format: FORMAT,
    version: String(slot.version),
    holder: token,
    until: String(until),
  };
  return sent.size === 0 ? row : { ...row, [named('sent', slot.version)]: [...sent].join(' ') };
}

/** What {@link slotState} reads as `done`, as JSON: an object with names of its own for each event would be slow. */
export function doneMark(version: number): string {
  return `{"${named('done', version)}":true}`;
}

/** What it reads as `free`, with what the attempt knew to be accepted. */
export function releaseMark(version: number, token: string, sent: ReadonlySet<string>): string {
  const keys = [...sent].join(' ');
  const sentBy = named('sent', version);
  return JSON.stringify({ freed: token, [sentBy]: keys, [`${sentBy}_${token.replaceAll('-', '_')}`]: keys });
}

function sentIn(row: Entity, version: number): Set<string> {
  const name = named('sent', version);
  const sent = new Set<string>();
  for (const [property, keys] of Object.entries(row)) {
    if (property !== name && !property.startsWith(`${name}_`)) continue;
    for (const key of String(keys).split(' ')) if (key !== '') sent.add(key);
  }
  return sent;
}

/** A property for one version; names of properties hold letters, digits and underscores. */
function named(what: string, version: number): string {
  return `${what}_${String(version).replace(/\W/g, '_')}`;
}
