import { sha256Hex } from '../hash';
import type { Log } from '../ports';
import type { Caller } from './access';
import type { ApiResponse } from './problem';
import type { Registration } from './registrations';

export type AuditAction =
  /** A device that was not known. */
  | 'registration'
  /** A known device, registered once more. */
  | 'renewal'
  /** A device whose handle somebody else registered with. */
  | 'takeover'
  /** A device that its user, or a back end, took back. */
  | 'removal'
  /** A device beyond the number that a user may have. */
  | 'eviction'
  /** A device that the sweep removed: dead, not renewed, handed on, or left over. */
  | 'expiry'
  /** A device that went with all others of its user. */
  | 'revocation'
  /** A request that was not let in, or reached for what is somebody else's. */
  | 'refusal';

export interface AuditEntry {
  readonly action: AuditAction;
  readonly outcome: 'done' | 'failed' | 'refused';
  readonly installationId?: string;
  /** Raw id of whose device it is, or was. */
  readonly user?: string;
  /** None when it was not found out who calls. */
  readonly caller?: Caller;
  /** Why; no personal data. */
  readonly detail?: string;
}

/**
 * One line for a person who asks later on who did what. Ids are hashed: the same id is the same hash, so that lines can
 * be found by it. Whoever can guess an id can find it, too: there is no key in the hash.
 */
export function audit(log: Log, entry: AuditEntry): void {
  const { action, outcome, installationId, user, caller, detail } = entry;
  log.write('info', 'devices audit', {
    action,
    outcome,
    time: new Date().toISOString(),
    installation: installationId && sha256Hex(installationId),
    user: user && sha256Hex(user),
    caller: caller && sha256Hex(caller.id),
    clientApp: caller?.clientApp,
    detail,
  });
}

/** A line for a registration, and one for each device that it put an end to. */
export function auditRegistration(
  log: Log,
  { kind, device: { installationId }, tookOverFrom, evicted }: Registration,
  user: string,
  caller: Caller,
): void {
  const action = kind === 'renewed' ? 'renewal' : 'registration';
  audit(log, { action, outcome: 'done', installationId, user, caller });
  for (const former of tookOverFrom) audit(log, { ...former, action: 'takeover', outcome: 'done', caller });
  for (const former of evicted) audit(log, { ...former, action: 'eviction', outcome: 'done', caller });
}

/** A line for a request that was not let in, or reached for what is somebody else's; none for other problems. */
export function auditRefusal(
  log: Log,
  { status }: ApiResponse,
  entry: Omit<AuditEntry, 'action' | 'outcome'>,
): void {
  if (status === 401 || status === 403) audit(log, { ...entry, action: 'refusal', outcome: 'refused' });
}
