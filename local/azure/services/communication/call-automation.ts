import { randomUUID } from 'node:crypto';
import { asObject } from '../../core/arm/resource-id';
import { bearerClaims } from '../../core/access/bearer';
import { CallbackSink } from './call-automation-callbacks';
import type { Communication } from './data-plane';
import { identifier } from './identifiers';
import type { LocalAzureContext } from '../../core/context';
import { ArmError, parseJson, type LocalRequest, type LocalResponse } from '../../core/http';
import type { Rbac } from '../../core/access/rbac';
import { AUDIENCE, resourceAt, USE_DATA_PLANE } from './endpoint';
import { ownValue } from '../../core/own';
import type { StoredResource } from '../../core/store';
import { TokenError, type TokenClaims, type Tokens } from '../../core/access/tokens';

const CONNECTIONS = '/calling/callConnections';
/** Versions of `@azure/communication-call-automation` 1.0 to 1.6. */
const API_VERSIONS = ['2023-03-06', '2023-10-15', '2024-04-15', '2024-09-15', '2025-05-15', '2026-03-12'];
/** Subcodes of Call Automation (communication-services, troubleshooting codes of the Call Automation SDK). */
const CODES = {
  invalidToken: '7501',
  noPermission: '7504',
  invalidTarget: '7602',
  notFound: '8522',
  invalidArgument: '8523',
} as const;

type State = 'connecting' | 'connected' | 'disconnected';

interface Connection {
  readonly resourceId: string;
  readonly hangUp: AbortController;
  /** What a GET shows, but for the state. */
  readonly shown: Record<string, unknown>;
  state: State;
}

/**
 * Call Automation, as far as its SDK needs it to ring somebody and to hang up. A call goes the way of every other
 * call here: pushes through the linked hub, events to Event Grid.
 */
export class CallAutomation {
  private readonly connections = new Map<string, Connection>();
  /** Answers by `Repeatability-Request-ID`: a request that is repeated does not ring twice. */
  private readonly repeated = new Map<string, Promise<LocalResponse>>();
  private readonly callbacks: CallbackSink;

  constructor(
    private readonly context: LocalAzureContext,
    private readonly communication: Communication,
    private readonly tokens: Tokens,
    private readonly rbac: Rbac,
  ) {
    this.callbacks = new CallbackSink(context);
  }

  async handle(request: LocalRequest): Promise<LocalResponse> {
    const resource = resourceAt(this.context, request, CODES.notFound);
    const claims = await this.authenticate(request);
    if (!this.rbac.allowsAction(claims.oid, USE_DATA_PLANE, resource.id)) {
      throw new ArmError(
        403,
        CODES.noPermission,
        `Insufficient application permissions: '${claims.appid}' has no role on the resource that lets it call.`,
      );
    }
    const version = request.query.get('api-version');
    if (!API_VERSIONS.includes(version ?? '')) {
      throw invalid(`The api-version '${version ?? ''}' is not supported: ${API_VERSIONS.join(', ')}.`);
    }
    const path = decodeURIComponent(request.path);
    if (request.method === 'POST' && path === CONNECTIONS) return this.once(request, resource);
    const [, id, action] = /^\/calling\/callConnections\/([^/:]+)(:[a-z]+)?$/i.exec(path) ?? [];
    const operation = `${request.method} ${action ?? ''}`;
    if (id === undefined || !['GET ', 'DELETE ', 'POST :terminate'].includes(operation)) {
      throw new ArmError(405, '8520', `local Azure does not know ${request.method} ${path}`);
    }
    const connection = this.connections.get(id);
    // Documented is that a call that has ended is not found (404, subcode 8522).
    if (connection?.resourceId !== resource.id || connection.state === 'disconnected') {
      throw new ArmError(404, CODES.notFound, `There is no call '${id}', or it has ended.`);
    }
    if (request.method === 'GET') {
      return { status: 200, body: { ...connection.shown, callConnectionState: connection.state } };
    }
    connection.hangUp.abort();
    return { status: 204 };
  }

  private once(request: LocalRequest, resource: StoredResource): Promise<LocalResponse> {
    const id = request.headers['repeatability-request-id'];
    if (typeof id !== 'string' || !request.headers['repeatability-first-sent']) {
      throw invalid('Repeatability-Request-ID and Repeatability-First-Sent are required.');
    }
    const answer = this.repeated.get(id) ?? this.create(request, resource);
    this.repeated.set(id, answer);
    return answer;
  }

  private async create(request: LocalRequest, resource: StoredResource): Promise<LocalResponse> {
    const body = asObject(parseJson(request));
    const callback = readCallback(body.callbackUri);
    const targets = Array.isArray(body.targets) ? body.targets.map(asObject) : [];
    if (targets.length === 0) throw invalid('The field Targets is invalid: it needs at least one.');
    const immutableId = String(resource.properties.immutableResourceId);
    const to = targets.map((target) => readTarget(target, immutableId));
    const callerId = asObject(body.sourceCallerIdNumber).value;
    if (to.some((rawId) => rawId.startsWith('4:')) && typeof callerId !== 'string') {
      throw invalid('The field SourceCallerIdNumber is required to call a phone number.');
    }
    const from = String(asObject(body.source).id ?? `8:acs:${immutableId}_${randomUUID()}`);
    const callConnectionId = randomUUID();
    const hangUp = new AbortController();
    const shown: Record<string, unknown> = {
      callConnectionId,
      targets: to.map(identifier),
      source: identifier(from),
      ...(body.sourceDisplayName ? { sourceDisplayName: body.sourceDisplayName } : {}),
      callbackUri: callback.href,
    };
    const connection: Connection = { resourceId: resource.id, hangUp, shown, state: 'connecting' };
    this.connections.set(callConnectionId, connection);
    const about = () => ({
      callConnectionId,
      serverCallId: shown.serverCallId,
      correlationId: shown.correlationId,
      ...(body.operationContext ? { operationContext: body.operationContext } : {}),
    });
    const { serverCallId, correlationId } = await this.communication.placeCall(
      {
        acsId: resource.id,
        from,
        to,
        ...(body.sourceDisplayName ? { callerDisplayName: String(body.sourceDisplayName) } : {}),
      },
      {
        hangUp: hangUp.signal,
        onAnswered: () => {
          connection.state = 'connected';
          this.callbacks.send(callback, 'CallConnected', about());
        },
        onEnded: ({ code, subCode, phrase }) => {
          connection.state = 'disconnected';
          this.callbacks.send(callback, 'CallDisconnected', {
            ...about(),
            resultInformation: { code, subCode, message: phrase },
          });
        },
      },
    );
    Object.assign(shown, { serverCallId, correlationId });
    return { status: 201, body: { ...shown, callConnectionState: connection.state } };
  }

  private async authenticate(request: LocalRequest): Promise<TokenClaims> {
    try {
      return await bearerClaims(request, this.tokens, [AUDIENCE]);
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      throw new ArmError(401, CODES.invalidToken, error.message);
    }
  }
}

/** "Call Automation doesn't support HTTP endpoints" (troubleshooting codes, tips). */
function readCallback(text: unknown): URL {
  if (typeof text === 'string' && URL.canParse(text)) {
    const url = new URL(text);
    if (url.protocol === 'https:') return url;
  }
  throw invalid('The field CallbackUri is invalid: it needs an https address.');
}

/** The raw id of somebody whom this resource may call. Assumed: users of its own alone, and any Teams user or number. */
function readTarget(target: Record<string, unknown>, immutableId: string): string {
  const { communicationUser, phoneNumber, microsoftTeamsUser } = target;
  const user = asObject(communicationUser).id;
  if (typeof user === 'string') {
    const [, owner] = /^8:acs:([0-9a-f-]{36})_[\w-]+$/i.exec(user) ?? [];
    if (owner?.toLowerCase() === immutableId.toLowerCase()) return user;
    throw new ArmError(400, CODES.invalidTarget, `Invalid ACS target identity: '${user}'.`);
  }
  const number = asObject(phoneNumber).value;
  if (typeof number === 'string' && /^\+[1-9]\d{5,14}$/.test(number)) return `4:${number}`;
  const { userId, cloud, isAnonymous } = asObject(microsoftTeamsUser);
  if (typeof userId === 'string' && isAnonymous !== true) {
    const prefix = ownValue({ dod: '8:dod:', gcch: '8:gcch:' }, String(cloud)) ?? '8:orgid:';
    return `${prefix}${userId}`;
  }
  throw invalid('The field Targets is invalid: it holds somebody who cannot be called.');
}

function invalid(message: string): ArmError {
  return new ArmError(400, CODES.invalidArgument, message);
}
