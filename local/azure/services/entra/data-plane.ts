import { randomUUID } from 'node:crypto';
import { AssertionError, type ClientAssertions } from './client-assertions';
import type { Directory, Principal } from '../../core/access/directory';
import { LOGIN_HOST, TENANT_ID } from '../../core/identity';
import type { HostService, LocalRequest, LocalResponse } from '../../core/http';
import type { IssuedToken, TokenRequest, Tokens } from '../../core/access/tokens';

const AUTHORITY = `https://${LOGIN_HOST}/${TENANT_ID}`;

/** How the tenant's published keys fail to come: answered 500, with something that is no key set, or not at all. */
export type KeysFault = 'failed' | 'malformed' | 'unanswered';

/** Microsoft Entra ID of local Azure: one tenant; applications sign in by secret, certificate or federated token. */
export class Entra implements HostService {
  private keysFault: KeysFault | undefined;

  constructor(
    private readonly tokens: Tokens,
    private readonly directory: Directory,
    private readonly assertions: ClientAssertions,
  ) {}

  answersFor(host: string): boolean {
    return host === LOGIN_HOST;
  }

  /** A token for anybody in the directory, as the managed identity endpoint hands them out. */
  issueToken(request: TokenRequest): Promise<IssuedToken> {
    return this.tokens.issue(request);
  }

  /** A delegated token of a pretend user for an application's API. */
  issueUserToken(name: string, audience: string, claims: Record<string, unknown> = {}): Promise<IssuedToken> {
    const user = this.directory.user(name);
    return this.tokens.issue({
      objectId: user.objectId,
      clientId: user.clientId,
      audience,
      claims: {
        idtyp: 'user',
        name,
        upn: `${name}@local.example`,
        unique_name: `${name}@local.example`,
        scp: 'user_impersonation',
        ...claims,
      },
    });
  }

  /** Signs by a new key from now on, published beside those before it. */
  rotateKey(): Promise<void> {
    return this.tokens.rotateKey();
  }

  /** Publishes no key but the one that signs. */
  withdrawOldKeys(): void {
    this.tokens.withdrawOldKeys();
  }

  setKeysFault(fault: KeysFault | undefined): void {
    this.keysFault = fault;
  }

  async handle(request: LocalRequest): Promise<LocalResponse> {
    const path = decodeURIComponent(request.path).toLowerCase().replace(/\/+$/, '');
    if (path === '/common/discovery/instance') return { status: 200, body: instanceDiscovery() };
    const [, tenant, ...rest] = path.split('/');
    const document = rest.join('/');
    if (!isOurTenant(tenant ?? '')) {
      return refuse(
        400,
        'invalid_tenant',
        `AADSTS90002: tenant '${tenant}' not found; expected ${TENANT_ID}`,
      );
    }
    if (request.method === 'GET' && /^(v2\.0\/)?\.well-known\/openid-configuration$/.test(document)) {
      return { status: 200, body: openidConfiguration(document.startsWith('v2.0')) };
    }
    if (request.method === 'GET' && /^discovery\/(v2\.0\/)?keys$/.test(document)) {
      return this.publishedKeys();
    }
    if (request.method === 'POST' && /^oauth2\/(v2\.0\/)?token$/.test(document)) return this.token(request);
    return { status: 404, body: '' };
  }

  private async publishedKeys(): Promise<LocalResponse> {
    switch (this.keysFault) {
      case 'failed':
        return { status: 500, body: '' };
      case 'malformed':
        return { status: 200, body: '<html>maintenance</html>' };
      case 'unanswered':
        // Longer than any client waits.
        await new Promise((resolve) => setTimeout(resolve, 60_000).unref());
        return { status: 503, body: '' };
      default:
        return { status: 200, body: this.tokens.jwks };
    }
  }

  /** Why the application has not shown that it is itself. */
  private async refusalOf(form: URLSearchParams, principal: Principal): Promise<string | undefined> {
    const assertion = form.get('client_assertion');
    if (assertion !== null && isAssertion(form)) {
      return this.assertions.verify(assertion, principal).then(
        () => undefined,
        (error: unknown) => {
          if (error instanceof AssertionError) return error.message;
          throw error;
        },
      );
    }
    if (!form.has('client_secret')) {
      return "AADSTS7000218: the request body must contain 'client_assertion' or 'client_secret'";
    }
    if (hasSecret(principal, form.get('client_secret'))) return undefined;
    return `AADSTS7000215: wrong client secret for application '${principal.clientId}'`;
  }

  private async token(request: LocalRequest): Promise<LocalResponse> {
    const form = new URLSearchParams(request.body.toString('utf8'));
    const grant = form.get('grant_type');
    if (grant !== 'client_credentials') {
      return refuse(
        400,
        'unsupported_grant_type',
        `AADSTS70003: grant type '${grant}' is not supported; expected client_credentials`,
      );
    }
    const clientId = form.get('client_id') ?? '';
    const principal = this.directory.byClientId(clientId);
    if (principal?.kind !== 'servicePrincipal') {
      return refuse(400, 'unauthorized_client', `AADSTS700016: application '${clientId}' was not found`);
    }
    const refusal = await this.refusalOf(form, principal);
    if (refusal) return refuse(401, 'invalid_client', refusal);
    const audience = audienceOf(form);
    if (!audience) {
      return refuse(400, 'invalid_scope', "AADSTS1002012: scope must be a resource followed by '/.default'");
    }
    const roles = principal.appRoles?.[audience];
    const { token, expiresIn } = await this.tokens.issue({
      ...principal,
      audience,
      claims: roles && { roles },
    });
    return {
      status: 200,
      headers: { 'cache-control': 'no-store', pragma: 'no-cache' },
      body: {
        token_type: 'Bearer',
        expires_in: expiresIn,
        ext_expires_in: expiresIn,
        access_token: token,
      },
    };
  }
}

function isAssertion(form: URLSearchParams): boolean {
  return form.get('client_assertion_type') === 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
}

function hasSecret(principal: Principal, secret: string | null): boolean {
  return principal.clientSecret !== undefined && principal.clientSecret === secret;
}

/** v2 names the audience by `scope={resource}/.default`, v1 by `resource={resource}`. */
function audienceOf(form: URLSearchParams): string | undefined {
  const scope = form
    .get('scope')
    ?.split(' ')
    .find((part) => part.endsWith('/.default'));
  return scope ? scope.slice(0, -'/.default'.length) : (form.get('resource') ?? undefined);
}

function isOurTenant(tenant: string): boolean {
  return [TENANT_ID, 'common', 'organizations'].includes(tenant);
}

function refuse(status: number, error: string, description: string): LocalResponse {
  return {
    status,
    headers: { 'cache-control': 'no-store' },
    body: { error, error_description: description, trace_id: randomUUID(), correlation_id: randomUUID() },
  };
}

function instanceDiscovery(): unknown {
  return {
    tenant_discovery_endpoint: `${AUTHORITY}/v2.0/.well-known/openid-configuration`,
    'api-version': '1.1',
    metadata: [{ preferred_network: LOGIN_HOST, preferred_cache: LOGIN_HOST, aliases: [LOGIN_HOST] }],
  };
}

function openidConfiguration(v2: boolean): unknown {
  const version = v2 ? '/v2.0' : '';
  return {
    issuer: v2 ? `${AUTHORITY}/v2.0` : `https://sts.windows.net/${TENANT_ID}/`,
    authorization_endpoint: `${AUTHORITY}/oauth2${version}/authorize`,
    token_endpoint: `${AUTHORITY}/oauth2${version}/token`,
    device_authorization_endpoint: `${AUTHORITY}/oauth2${version}/devicecode`,
    jwks_uri: `${AUTHORITY}/discovery${version}/keys`,
    response_types_supported: ['code', 'token'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
    token_endpoint_auth_methods_supported: ['client_secret_post', 'private_key_jwt'],
    tenant_region_scope: null,
    cloud_instance_name: 'microsoftonline.com',
  };
}
