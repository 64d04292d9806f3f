import { randomBytes, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { bearerClaims } from '../../core/access/bearer';
import type { Rbac } from '../../core/access/rbac';
import { TokenError, type Tokens } from '../../core/access/tokens';
import { asObject } from '../../core/arm/resource-id';
import type { LocalAzureContext } from '../../core/context';
import { ArmError, badRequest, parseJson, type LocalRequest, type LocalResponse } from '../../core/http';
import type { StoredResource } from '../../core/store';
import { isSignedByKey } from './access-key';
import { AUDIENCE, resourceAt, USE_DATA_PLANE } from './endpoint';
import { communicationSecrets } from './resource-types';

/** Versions of `@azure/communication-identity` 1.0 to 1.3. */
const API_VERSIONS = ['2021-03-07', '2022-06-01', '2022-10-01', '2023-10-01'];
const SCOPES = ['chat', 'voip', 'chat.join', 'chat.join.limited', 'voip.join'];
/** Minutes that a token may live (communication-services, identity-model). */
const LIFETIME = { least: 60, most: 1440 } as const;

interface AccessToken {
  readonly token: string;
  readonly expiresOn: string;
}

/**
 * The users of Communication Services and their access tokens, as the identity SDK makes them. Nothing in local Azure takes
 * a token: calling and chat are played by the control API. So revoking them has no effect to be seen.
 */
export class CommunicationIdentities {
  /** Of no use to whoever gets a token, which the service itself alone reads. */
  private readonly signingKey = randomBytes(32);

  constructor(
    private readonly context: LocalAzureContext,
    private readonly tokens: Tokens,
    private readonly rbac: Rbac,
  ) {}

  async handle(request: LocalRequest): Promise<LocalResponse> {
    const resource = resourceAt(this.context, request);
    await this.authorize(resource, request);
    const version = request.query.get('api-version');
    if (!API_VERSIONS.includes(version ?? '')) {
      throw badRequest(`The api-version '${version ?? ''}' is not supported: ${API_VERSIONS.join(', ')}.`);
    }
    const [, id, action] =
      /^\/identities(?:\/([^/]+)(?:\/:(\w+))?)?$/.exec(decodeURIComponent(request.path)) ?? [];
    switch (`${request.method} ${[id && '{id}', action].filter(Boolean).join('/:')}`) {
      case 'POST ':
        return this.create(resource, asObject(parseJson(request)));
      case 'DELETE {id}':
        this.require(resource, id!);
        delete communicationSecrets(resource).users![id!];
        this.context.store.put(resource);
        return { status: 204 };
      case 'POST {id}/:revokeAccessTokens':
        this.require(resource, id!);
        return { status: 204 };
      case 'POST {id}/:issueAccessToken':
        this.require(resource, id!);
        return { status: 200, body: await this.issue(resource, id!, asObject(parseJson(request))) };
      default:
        throw new ArmError(
          405,
          'MethodNotAllowed',
          `local Azure does not know ${request.method} ${request.path}`,
        );
    }
  }

  private async create(resource: StoredResource, body: Record<string, unknown>): Promise<LocalResponse> {
    const id = `8:acs:${String(resource.properties.immutableResourceId)}_${randomUUID()}`;
    const { createTokenWithScopes: scopes = [], expiresInMinutes } = body;
    const wanted = Array.isArray(scopes) && scopes.length > 0;
    const accessToken = wanted ? await this.issue(resource, id, { scopes, expiresInMinutes }) : undefined;
    const secrets = communicationSecrets(resource);
    secrets.users = { ...secrets.users, [id]: { createdAt: this.context.clock.now() } };
    this.context.store.put(resource);
    return { status: 201, body: { identity: { id }, ...(accessToken && { accessToken }) } };
  }

  private async issue(
    resource: StoredResource,
    id: string,
    { scopes, expiresInMinutes = LIFETIME.most }: Record<string, unknown>,
  ): Promise<AccessToken> {
    const known =
      Array.isArray(scopes) && scopes.length > 0 && scopes.every((scope) => SCOPES.includes(String(scope)));
    if (!known)
      throw badRequest(`The scopes '${String(scopes ?? '')}' are invalid. Expected: ${SCOPES.join(', ')}.`);
    const minutes = Number(expiresInMinutes);
    if (!Number.isInteger(minutes) || minutes < LIFETIME.least || minutes > LIFETIME.most) {
      throw badRequest(
        `The expiresInMinutes '${String(expiresInMinutes)}' is invalid. Expected: ${LIFETIME.least} to ${LIFETIME.most}.`,
      );
    }
    const now = Math.floor(this.context.clock.now() / 1000);
    const expiry = now + minutes * 60;
    const token = await new SignJWT({
      skypeid: id.replace(/^8:/, ''),
      acsScope: (scopes as string[]).join(','),
      resourceId: resource.properties.immutableResourceId,
    })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuedAt(now)
      .setExpirationTime(expiry)
      .sign(this.signingKey);
    return { token, expiresOn: new Date(expiry * 1000).toISOString() };
  }

  private require(resource: StoredResource, id: string): void {
    if (Object.hasOwn(communicationSecrets(resource).users ?? {}, id)) return;
    throw new ArmError(404, 'IdentityNotFound', `The resource '${resource.name}' has no identity '${id}'.`);
  }

  /** By an access key while local auth is on, or by a token of whoever may write the resource. */
  private async authorize(resource: StoredResource, request: LocalRequest): Promise<void> {
    if (/^HMAC-SHA256 /i.test(request.headers.authorization ?? '')) {
      const { primaryKey, secondaryKey } = communicationSecrets(resource);
      const open = resource.properties.disableLocalAuth !== true;
      if (open && isSignedByKey(request, [primaryKey, secondaryKey])) return;
      throw new ArmError(401, 'Denied', 'Denied by the resource provider.');
    }
    try {
      const { oid, appid } = await bearerClaims(request, this.tokens, [AUDIENCE]);
      if (this.rbac.allowsAction(oid, USE_DATA_PLANE, resource.id)) return;
      throw new ArmError(
        403,
        'Forbidden',
        `'${appid}' has no role on '${resource.id}' that lets it make users.`,
      );
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      throw new ArmError(401, 'Unauthorized', error.message);
    }
  }
}
