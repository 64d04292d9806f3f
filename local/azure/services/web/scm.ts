import { bearerClaims } from '../../core/access/bearer';
import type { FunctionApps } from './function-apps';
import { DEPLOYMENT_STATUS, secretsOf, type Deployment } from './site-secrets';
import type { HostService, LocalRequest, LocalResponse } from '../../core/http';
import type { Rbac } from '../../core/access/rbac';
import { TokenError, type TokenClaims, type Tokens } from '../../core/access/tokens';

const HOST = /^([a-z0-9-]+)\.scm\.azurewebsites\.net$/;
const AUDIENCES = ['https://management.azure.com', 'https://management.core.windows.net'];

/** The scm sites of the apps, as far as Flex Consumption has them: publishing by bearer token, and its status. */
export class Scm implements HostService {
  /** Assumed: none is documented for packages of Flex Consumption. */
  readonly bodyLimit = { bytes: 256 * 1024 * 1024, code: 'RequestEntityTooLarge' };

  constructor(
    private readonly apps: FunctionApps,
    private readonly tokens: Tokens,
    private readonly rbac: Rbac,
  ) {}

  answersFor(host: string): boolean {
    return HOST.test(host);
  }

  async handle(request: LocalRequest): Promise<LocalResponse> {
    const name = HOST.exec(request.host)?.[1] ?? '';
    const site = this.apps.byName(name);
    if (!site) return { status: 404, body: `there is no site ${name}` };
    let claims: TokenClaims;
    try {
      claims = await bearerClaims(request, this.tokens, AUDIENCES);
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      return { status: 401, headers: { 'www-authenticate': 'Bearer' }, body: error.message };
    }
    if (!this.rbac.allowsAction(claims.oid, 'Microsoft.Web/sites/publish/action', site.id)) {
      return { status: 403, body: `the principal ${claims.oid} may not publish to ${name}` };
    }
    const path = request.path.replace(/\/+$/, '').toLowerCase();
    if (request.method === 'POST' && path === '/api/publish') {
      if (request.query.get('RemoteBuild') === 'true') {
        return {
          status: 400,
          body: 'local Azure does not build: publish a built package with RemoteBuild=false',
        };
      }
      if (request.body.length === 0) return { status: 400, body: 'the request carries no package' };
      const { id } = this.apps.publish(site, request.body);
      return { status: 202, body: JSON.stringify(id), headers: { 'content-type': 'application/json' } };
    }
    const wanted = /^\/api\/deployments\/([^/]+)$/.exec(path)?.[1];
    const { deployment } = secretsOf(site);
    if (request.method === 'GET' && wanted && deployment && ['latest', deployment.id].includes(wanted)) {
      return { status: 200, body: shown(deployment, site.name) };
    }
    return { status: 404, body: '' };
  }
}

function shown(deployment: Deployment, site: string): unknown {
  const { id, status, statusText, receivedTime, endTime } = deployment;
  return {
    id,
    status,
    status_text: statusText,
    received_time: receivedTime,
    start_time: receivedTime,
    end_time: endTime ?? null,
    complete: status !== DEPLOYMENT_STATUS.deploying,
    active: status === DEPLOYMENT_STATUS.success,
    site_name: site,
  };
}
