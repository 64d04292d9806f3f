import { LOG_LOOK_BACK } from './activity-log';
import { linkOf, type HubExpectation, type LinkExpectation } from './expectation';
import { ceilMinute } from './metrics';
import type { Observation } from './observation';
import { PROPAGATION_WINDOW } from './propagation';

/**
 * A resource that was linked for the first time no later than this after its creation is taken as never having sent
 * a notification before, milliseconds. Nobody's app talks to a resource that young; it cannot be read anywhere.
 */
const YOUNG = 60 * 60_000;

export interface LinkWindow {
  /** When the link was last changed, milliseconds since the epoch; undefined when it cannot be told. */
  readonly linkedAt?: number;
  /** Who changed it, when the activity log says so. */
  readonly caller?: string;
  readonly source: 'activity log' | 'record' | 'before the activity log' | 'unknown' | 'no link';
  /** False when the link was in force at once. */
  readonly applies: boolean;
  /** When the link is in force at the latest, milliseconds since the epoch. */
  readonly closesAt: number;
  /** From when on a request that the hub accepted proves this link and no earlier one: the start of a minute. */
  readonly evidenceFrom: number;
}

/**
 * How much newer or older than the record the newest link may be and still be the recorded one, milliseconds: the
 * record is taken by another clock than the log.
 */
const SAME_LINK = 2 * 60_000;

/** A hub that nobody links: whatever it accepts, at any time, is evidence. */
const NO_LINK: LinkWindow = { source: 'no link', applies: false, closesAt: 0, evidenceFrom: 0 };

/** When the link was changed, and until when the data plane may still act on what was before. */
export function linkWindow(o: Observation, expectation: HubExpectation | LinkExpectation): LinkWindow {
  const link = linkOf(expectation);
  if (!link) return NO_LINK;
  const record = recordOf(o, link);
  const newest = o.links.answer?.value.at(-1);
  if (link.longLinked) {
    const linkedAt = newest?.time ?? record?.linkedAt;
    return {
      ...(linkedAt === undefined ? {} : { linkedAt }),
      source: newest ? 'activity log' : record ? 'record' : 'unknown',
      applies: false,
      closesAt: 0,
      evidenceFrom: 0,
    };
  }
  const logged =
    newest !== undefined && (record === undefined || newest.time >= record.notBefore - SAME_LINK);
  const linkedAt = logged ? newest.time : record?.linkedAt;
  if (linkedAt === undefined) return untoldWindow(o);

  const first = record?.firstLink === true || isFirstLink(o, record, linkedAt, logged);
  const closesAt = first ? linkedAt : linkedAt + PROPAGATION_WINDOW;
  const exclusive = first || noEarlierLinkOpensTheHub(o, record, linkedAt, logged);
  return {
    linkedAt,
    ...(logged ? { caller: newest.caller } : {}),
    source: logged ? 'activity log' : 'record',
    applies: !first,
    closesAt,
    evidenceFrom: ceilMinute(exclusive ? linkedAt : closesAt),
  };
}

/** Whether somebody linked after the link that the record tells of. */
export function linkedSinceRecord(o: Observation, window: LinkWindow, expectation: LinkExpectation): boolean {
  const record = recordOf(o, expectation);
  if (!record || window.source !== 'activity log' || window.linkedAt === undefined) return false;
  return window.linkedAt > record.linkedAt + SAME_LINK;
}

interface AzureTimedRecord {
  readonly linkedAt: number;
  readonly notBefore: number;
  readonly firstLink: boolean;
}

/** The record in Azure's time: by the clocks' distance when it was handed over, not by that of now. */
function recordOf(o: Observation, { record }: LinkExpectation): AzureTimedRecord | undefined {
  return (
    record && {
      linkedAt: record.linkedAt + o.skewAtStart,
      notBefore: (record.notBefore ?? record.linkedAt) + o.skewAtStart,
      firstLink: record.firstLink === true,
    }
  );
}

/**
 * Nobody tells when the link was made. A log that was read and is empty says that it was made before the log begins;
 * unless the resource itself is younger, which says that the log lags. Then it was made before watching began.
 */
function untoldWindow(o: Observation): LinkWindow {
  const createdAt = o.service.answer?.value?.createdAt;
  const beforeLog =
    o.links.answer !== undefined && (createdAt === undefined || createdAt < o.since - LOG_LOOK_BACK);
  const closesAt = (beforeLog ? o.since - LOG_LOOK_BACK : o.since) + PROPAGATION_WINDOW;
  return {
    source: beforeLog ? 'before the activity log' : 'unknown',
    applies: true,
    closesAt,
    evidenceFrom: ceilMinute(closesAt),
  };
}

/**
 * Either the resource came into being in the very deploy that linked it, or the log has the link and no other, made
 * within the hour of the resource's creation.
 */
function isFirstLink(
  o: Observation,
  record: AzureTimedRecord | undefined,
  linkedAt: number,
  logged: boolean,
): boolean {
  const createdAt = o.service.answer?.value?.createdAt;
  if (createdAt === undefined) return false;
  if (record && createdAt >= record.notBefore) return true;
  return logged && o.links.answer?.value.length === 1 && linkedAt - createdAt <= YOUNG;
}

/**
 * Whether every earlier link was made before the rule's keys existed: then what the hub accepts under this rule can
 * come from the newest link alone. Links older than the log count as earlier than a rule that is younger than the log.
 */
function noEarlierLinkOpensTheHub(
  o: Observation,
  record: AzureTimedRecord | undefined,
  linkedAt: number,
  logged: boolean,
): boolean {
  const born = o.rule.answer?.value?.createdAt;
  if (born === undefined || born > linkedAt) return false;
  if (record && born >= record.notBefore) return true;
  if (!logged || born < o.now - LOG_LOOK_BACK) return false;
  return (o.links.answer?.value ?? []).slice(0, -1).every((link) => link.time < born);
}
