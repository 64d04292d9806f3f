import type { Gate } from '../devices/gate';
import { readJsonBody, tooLarge, type JsonRequest } from '../devices/json-body';
import { Problem, type ApiResponse } from '../devices/problem';
import { answerAboutUser, type UserRequest } from '../devices/user-request';
import { isRecord } from '../envelope';
import type { Log } from '../ports';
import { MAX_PREFERENCES, readPreferences, type Preferences } from './preferences';
import type { Expected, PreferencesStore } from './store';

export type PreferencesRequest = UserRequest & JsonRequest;

export interface PreferencesPorts {
  readonly gate: Gate;
  /** None without a storage account: the relay then knows no preferences. */
  readonly store?: PreferencesStore;
}

/**
 * `GET`, `PUT`, `DELETE /api/users/{rawId}/preferences`, as `openapi.json` describes them. A document that is there is
 * replaced by those alone who say which one they have read (RFC 9110 If-Match, RFC 6585 428). The tag is in the document
 * too, and what is written back with it needs no header: pages of another origin cannot read `ETag`.
 */
export class PreferencesApi {
  constructor(private readonly ports: PreferencesPorts) {}

  handle(request: PreferencesRequest, log: Log): Promise<ApiResponse> {
    const { gate } = this.ports;
    return answerAboutUser(
      request,
      { name: 'preferences request', gate, log, maxBytes: MAX_PREFERENCES + TAG_ROOM },
      (rawId) => this.answer(request, rawId),
    );
  }

  private async answer(request: PreferencesRequest, rawId: string): Promise<ApiResponse> {
    const { store } = this.ports;
    const { method } = request;
    if (!store) {
      throw new Problem(501, 'there are no preferences: the relay has no storage account to keep them in');
    }
    switch (method) {
      case 'GET': {
        const kept = await store.get(rawId);
        if (!kept) throw new Problem(404, 'no preferences are kept for this identity: everything is pushed');
        return answered(200, kept.preferences, kept.etag);
      }
      case 'PUT': {
        const { preferences, expected } = await read(request);
        return put(store, rawId, preferences, expectedBy(request) ?? expected);
      }
      case 'DELETE':
        if (await store.delete(rawId, expectedBy(request) ?? 'any')) return { status: 204, headers: {} };
        throw new Problem(412, CHANGED);
      default:
        throw new Problem(405, `method ${method} is not allowed`);
    }
  }
}

/** Without a condition a document is made, and none is replaced. */
async function put(
  store: PreferencesStore,
  rawId: string,
  preferences: Preferences,
  expected: Expected | undefined,
): Promise<ApiResponse> {
  const written = await store.put(rawId, preferences, expected ?? 'none');
  if (written) return answered(written.created ? 201 : 200, preferences, written.etag);
  if (expected) throw new Problem(412, CHANGED);
  throw new Problem(
    428,
    'there are preferences already: send If-Match with the ETag of those that were read (or that as etag in the body), ' +
      'or * to replace any',
  );
}

/**
 * The condition of a request: `If-Match` with one tag or `*`, or `If-None-Match: *`.
 * https://www.rfc-editor.org/rfc/rfc9110#name-preconditions
 */
function expectedBy(request: PreferencesRequest): Expected | undefined {
  const match = request.header('if-match')?.trim();
  const noneMatch = request.header('if-none-match')?.trim();
  if (noneMatch !== undefined && (noneMatch !== '*' || match !== undefined)) {
    throw new Problem(400, 'If-None-Match can be * alone, and not together with If-Match');
  }
  if (noneMatch === '*') return 'none';
  if (match === undefined) return undefined;
  if (match === '*') return 'any';
  if (TAG.test(match)) return { etag: match };
  throw new Problem(400, 'If-Match must be one ETag as it was given, quotes included, or *');
}

/** A document and the tag in it, of the one that it is to replace. */
async function read(
  request: PreferencesRequest,
): Promise<{ preferences: Preferences; expected: Expected | undefined }> {
  const { body, bytes } = await readJsonBody(request, MAX_PREFERENCES + TAG_ROOM);
  const { etag, ...fields } = isRecord(body) ? body : {};
  if (etag === undefined && bytes > MAX_PREFERENCES) throw tooLarge(MAX_PREFERENCES);
  const document = readPreferences(isRecord(body) ? fields : body);
  const problems = 'problems' in document ? document.problems : [];
  if (etag !== undefined && !(typeof etag === 'string' && TAG.test(etag))) {
    problems.push(`'etag' must be the ETag of the document that was read, as it was given, quotes included`);
  }
  if ('problems' in document || problems.length > 0) {
    throw new Problem(400, 'body is no preferences', problems);
  }
  return {
    preferences: document.preferences,
    expected: etag === undefined ? undefined : { etag: etag as string },
  };
}

function answered(status: number, preferences: Preferences, etag: string): ApiResponse {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', etag },
    body: { ...preferences, etag },
  };
}

/** A strong entity tag, quotes included. */
const TAG = /^"[A-Za-z0-9_-]{1,100}"$/;

/** What a tag adds to a document, in bytes: one that is as large as may be can be written back as it was read. */
const TAG_ROOM = 128;

const CHANGED = 'the preferences are not those that If-Match or If-None-Match names: read them again';
