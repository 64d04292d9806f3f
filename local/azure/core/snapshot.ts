import { z } from 'zod';

/** Goes up when what a snapshot holds is read in another way. */
export const SNAPSHOT_VERSION = 1;

const text = z.string().min(1);
const members = z.record(z.string(), z.unknown());
const time = z.iso.datetime();
/** Below one of the kept folders, and nowhere else: no `..`, no absolute path. */
const KEPT_PATH = /^(azurite|sites)(\/(?!\.{1,2}(\/|$))[^/\\\0]+)+$/;
/** The last segment of an id, by which folders are named too: neither a path nor a way up. */
const SEGMENT = /^(?!\.{1,2}$)[^/\\\0]+$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

const resource = z.looseObject({
  id: text.startsWith('/'),
  name: z.string().regex(SEGMENT, 'is no segment of an id'),
  type: text,
  properties: members,
  secrets: members.optional(),
  location: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
});
const principal = z.looseObject({
  objectId: text,
  clientId: text,
  kind: z.enum(['servicePrincipal', 'managedIdentity', 'user']),
  displayName: z.string(),
});
const activity = z.strictObject({
  eventTimestamp: time,
  operationName: text,
  resourceId: text,
  status: z.enum(['Succeeded', 'Failed']),
  caller: z.string(),
  requestBody: z.string().optional(),
});
const push = z.strictObject({
  time,
  service: z.enum(['apns', 'fcmv1', 'browser']),
  hubId: text,
  handle: text,
  headers: z.record(z.string(), z.string()),
  payload: z.unknown(),
});

const kept = {
  version: z.literal(SNAPSHOT_VERSION),
  takenAt: time.describe("Azure's time"),
  resources: z
    .array(resource)
    .describe('Of ARM, with what no GET shows: keys, links, devices, secrets of vaults'),
  principals: z.array(principal),
  activityLog: z.array(activity),
  inbox: z.array(push),
};

/** What of local Azure is kept in one file; the folders of its files lie beside it. */
export const keptStateSchema = z.strictObject(kept);

/** The same with those folders' files. */
export const snapshotSchema = z.strictObject({
  ...kept,
  files: z
    .record(z.string(), z.string().regex(BASE64, 'is no base64'))
    .superRefine((files, { addIssue }) => {
      for (const path of Object.keys(files)) {
        const message = 'is no path below azurite/ or sites/';
        if (!KEPT_PATH.test(path)) addIssue({ code: 'custom', path: [path], message });
      }
    })
    .describe('Contents of the storage accounts and packages of the Function Apps, in base64, by path'),
});

export type KeptDocument = z.output<typeof keptStateSchema>;

/**
 * All that local Azure keeps, as JSON: resources with their secrets, principals, the activity log, the inbox, and the
 * contents of storage accounts and Function Apps. Not in it is what goes on: events under way, calls, telemetry of
 * messages, faults on order, the clock.
 */
export type Snapshot = z.output<typeof snapshotSchema>;

/** @throws RangeError naming the first members that are wrong, where they are, and what was expected there */
export function readSnapshot<S extends typeof snapshotSchema | typeof keptStateSchema>(
  value: unknown,
  schema: S,
): z.output<S> {
  const version = (value as { version?: unknown } | null)?.version;
  if (typeof version === 'number' && version !== SNAPSHOT_VERSION) {
    throw new RangeError(
      `version: got ${version}, expected ${SNAPSHOT_VERSION}: another acs-push-local wrote it; take a new one with this one`,
    );
  }
  const read = schema.safeParse(value);
  if (read.success) return read.data as z.output<S>;
  const { issues } = read.error;
  const wrong = issues
    .slice(0, MOST_TOLD)
    .map(({ path, message }) => `${path.join('.') || 'the document'}: ${message}`);
  if (issues.length > MOST_TOLD) wrong.push(`and ${issues.length - MOST_TOLD} more`);
  throw new RangeError(wrong.join('; '));
}

const MOST_TOLD = 5;
