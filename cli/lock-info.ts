import { hostname, userInfo } from 'node:os';

/** What Terraform shows of a lock when it refuses. Source: Terraform, the "Lock Info" of its message. */
export interface LockInfo {
  readonly ID: string;
  readonly Operation: string;
  readonly Info: string;
  readonly Who: string;
  readonly Version: string;
  /** ISO 8601. */
  readonly Created: string;
  readonly Path: string;
}

/** The `Operation` of a rotation. */
export const ROTATE_OPERATION = 'acs-push rotate';

/** How a rotation shows itself to a deploy that it keeps out. */
export function rotationLockInfo(id: string, path: string, seconds: number): LockInfo {
  return {
    ID: id,
    Operation: ROTATE_OPERATION,
    Info: `replaces the keys of the link, which takes about half an hour; killed, it is gone after ${seconds} s`,
    Who: `${nameOfUser()}@${hostname()}`,
    Version: 'acs-push',
    Created: new Date().toISOString(),
    Path: path,
  };
}

/** `locked by anna@build-7 since 2026-11-25T04:25:48Z (OperationTypeApply, ID 826c…)` */
export function lockInfoText(info: Partial<LockInfo>): string {
  const by = info.Who ? ` by ${info.Who}` : ' by somebody who has not said who';
  const since = info.Created ? ` since ${info.Created}` : '';
  const what = [info.Operation, info.ID && `ID ${info.ID}`, info.Info].filter(Boolean).join(', ');
  return `locked${by}${since}${what ? ` (${what})` : ''}`;
}

/** A user of a container may have no name. */
function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown';
  }
}
