import {
  authenticationFailed,
  authorizationFailed,
  parentResourceNotFound,
  requireApiVersion,
  resourceGroupNotFound,
  resourceNotFound,
} from './errors';
import { keepCommonProperties, requireSameLocation } from './common-properties';
import { requireEnvelope, withoutNulls } from './envelope';
import { notPlayedType, saidNotPlayed } from './not-played';
import { ownValue } from '../own';
import { compilePath, type CompiledPath } from './operation-path';
import {
  decodePath,
  groupIdOf,
  groupNameOf,
  parsePath,
  requireSubscription,
  RESOURCE_GROUP_TYPE,
  type ArmPath,
} from './path';
import { bearerClaims } from '../access/bearer';
import type { LocalAzureContext } from '../context';
import type { Directory } from '../access/directory';
import { ArmError, parseJson, type HostService, type LocalRequest, type LocalResponse } from '../http';
import { ARM_HOST } from '../identity';
import { mergePatch } from './merge';
import { cloudMetadata } from './metadata';
import type { Rbac } from '../access/rbac';
import type { Registrations } from './registrations';
import { requireResourceName } from './resource-name';
import { readShape } from './shape';
import { requireUnlocked } from './resource-locks';
import { fillIdentity, type ResourceIdentity } from './resource-identity';
import type { ArmOperation, ResourceRequest, ResourceType } from './resource-type';
import type { LocalService } from '../service';
import type { StoredResource } from '../store';
import { TokenError, type TokenClaims, type Tokens } from '../access/tokens';

const AUDIENCES = ['https://management.azure.com', 'https://management.core.windows.net'];

export interface ArmOptions {
  /** Refuses resource types that no service plays, as Azure does unknown ones. @default false - they are kept as plain documents */
  readonly strict?: boolean;
}

/** Azure Resource Manager: keeps resources of the registered types and runs the registered operations. */
export class Arm implements HostService {
  /** azure-resource-manager/management/azure-subscription-service-limits.md; the code is the one that people quote. */
  readonly bodyLimit = { bytes: 4 * 1024 * 1024, code: 'RequestContentTooLarge' };
  /** Types that the log has told of. */
  private readonly told = new Set<string>();
  private readonly types = new Map<string, ResourceType>();
  private readonly operations: { path: CompiledPath; operation: ArmOperation }[] = [];

  constructor(
    private readonly context: LocalAzureContext,
    private readonly tokens: Tokens,
    private readonly rbac: Rbac,
    private readonly directory: Directory,
    private readonly registrations: Registrations,
    private readonly options: ArmOptions = {},
  ) {}

  register(service: LocalService): void {
    for (const type of service.resourceTypes ?? []) this.types.set(type.type.toLowerCase(), type);
    for (const operation of service.operations ?? []) {
      this.operations.push({ path: compilePath(operation.path), operation });
    }
  }

  resourceTypes(): ResourceType[] {
    return [...this.types.values()];
  }

  answersFor(host: string): boolean {
    return host === ARM_HOST;
  }

  async handle(asked: LocalRequest): Promise<LocalResponse> {
    // SDKs put an id that begins with a slash behind one: `//subscriptions/…`.
    const request = { ...asked, path: asked.path.replace(/\/{2,}/g, '/') };
    const path = decodePath(request.path);
    if (path === '/metadata/endpoints') return { status: 200, body: cloudMetadata() };
    const claims = await this.authenticate(request);
    const response = await this.route(path, request, claims);
    return request.method === 'HEAD' ? { ...response, body: undefined } : response;
  }

  /** The resource, kept or implied by its parent. */
  find(id: string): StoredResource | undefined {
    const kept = this.context.store.get(id);
    if (kept) return kept;
    const path = parsePath(id);
    if (!path?.parentId || !path.name || !this.find(path.parentId)) return undefined;
    return this.types.get(path.type.toLowerCase())?.implicit?.(id);
  }

  private async authenticate(request: LocalRequest): Promise<TokenClaims> {
    try {
      return await bearerClaims(request, this.tokens, AUDIENCES);
    } catch (error) {
      if (error instanceof TokenError) throw authenticationFailed(error);
      throw error;
    }
  }

  private async route(path: string, request: LocalRequest, claims: TokenClaims): Promise<LocalResponse> {
    requireSubscription(path);
    for (const { path: pattern, operation } of this.operations) {
      if (operation.method !== request.method) continue;
      const parameters = pattern.match(path);
      if (!parameters) continue;
      const apiVersion = requireApiVersion(path, request.query.get('api-version'));
      const scope = parameters.scope ?? pattern.scopeOf(path);
      this.authorize(claims, operation.action, scope || '/');
      if (parameters.scope !== undefined) this.requireScope(parameters.scope);
      if (request.method !== 'GET') requireUnlocked(this.context.store, 'write', scope);
      return operation.handle({ parameters, apiVersion, caller: { objectId: claims.oid }, request });
    }
    const action = request.method === 'POST' ? actionOf(path) : undefined;
    const target = parsePath(action?.id ?? path);
    if (!target || (action && target.name === undefined)) {
      throw new ArmError(404, 'NotFound', `no operation of ARM was found at ${path}`);
    }
    const type = this.typeOf(target, request);
    if (!type.notPlayed) return this.onResource(target, type, action?.name, request, claims);
    this.tell(type);
    try {
      return saidNotPlayed(await this.onResource(target, type, action?.name, request, claims), type.type);
    } catch (error) {
      if (error instanceof ArmError) return saidNotPlayed(error.toResponse(), type.type);
      throw error;
    }
  }

  private onResource(
    target: ArmPath,
    type: ResourceType,
    action: string | undefined,
    request: LocalRequest,
    claims: TokenClaims,
  ): LocalResponse | Promise<LocalResponse> {
    if (action !== undefined) return this.act(target, type, action, request, claims);
    const reads = request.method === 'GET' || request.method === 'HEAD';
    if (reads && target.name === undefined) return this.list(target, type, request, claims);
    if (reads) return this.get(target, type, request, claims);
    if (target.name === undefined) {
      throw notAllowed(`${request.method} needs the name of a resource: ${target.path}`);
    }
    switch (request.method) {
      case 'PUT':
      case 'PATCH':
        return this.write(target, type, request, claims);
      case 'DELETE':
        return this.delete(target, type, claims);
      default:
        throw notAllowed(`method ${request.method} is not allowed on ${target.path}`);
    }
  }

  private get(
    target: ArmPath,
    type: ResourceType,
    request: LocalRequest,
    claims: TokenClaims,
  ): LocalResponse {
    this.authorize(claims, `${actionType(type)}/read`, target.path);
    this.requireParents(target, type);
    const resource = this.find(target.path);
    if (!resource) throw missing(type.type, target.path);
    return { status: request.method === 'HEAD' ? 204 : 200, body: view(type, resource, request.query) };
  }

  private list(
    target: ArmPath,
    type: ResourceType,
    request: LocalRequest,
    claims: TokenClaims,
  ): LocalResponse {
    this.authorize(claims, `${actionType(type)}/read`, target.parentId ?? target.scope);
    this.requireParents(target, type);
    const below = target.parentId ?? target.scope;
    const items = this.context.store.list({ type: type.type, below });
    const skipped = Number(request.query.get('$skiptoken') ?? 0) || 0;
    const next = skipped + (type.pageSize ?? Infinity);
    const value = items.slice(skipped, next).map((item) => view(type, item));
    return {
      status: 200,
      body: { value, ...(next < items.length && { nextLink: nextLink(request, next) }) },
    };
  }

  private async write(
    target: ArmPath,
    type: ResourceType,
    request: LocalRequest,
    claims: TokenClaims,
  ): Promise<LocalResponse> {
    const action = `${actionType(type)}/write`;
    this.authorize(claims, action, target.path);
    this.requireParents(target, type);
    requireUnlocked(this.context.store, 'write', target.path);
    const existing = this.find(target.path);
    if (request.method === 'PATCH' && !existing) throw missing(type.type, target.path);
    if (!existing) requireResourceName(type.type, target.name!, type.name);
    const sent = parseJson(request);
    requireEnvelope(sent, request.method === 'PATCH' ? type.patchMembers : []);
    const merged =
      request.method === 'PATCH'
        ? mergePatch(view(type, existing!, request.query), sent)
        : withoutNulls(sent);
    const body = type.body ? readShape(type.body, merged) : merged;
    return this.logged(action, target.path, claims, async () => {
      requireSameLocation(body, existing);
      const resource = await type.put({
        ...this.resourceRequest(target.path, request, claims),
        body,
        existing,
        ...(request.method === 'PATCH' && { method: 'PATCH' as const }),
      });
      keepCommonProperties(resource, type, body, existing);
      fillIdentity(resource, this.context.store, this.directory);
      this.context.store.put(resource);
      return { status: type.putStatus ?? 200, body: view(type, resource) };
    });
  }

  private async delete(target: ArmPath, type: ResourceType, claims: TokenClaims): Promise<LocalResponse> {
    const action = `${actionType(type)}/delete`;
    this.authorize(claims, action, target.path);
    const resource = this.context.store.get(target.path);
    if (!resource) return { status: 204 };
    requireUnlocked(this.context.store, 'delete', target.path);
    type.deleting?.(resource);
    return this.logged(action, target.path, claims, async () => {
      await this.remove(target.path);
      const shown = type.deletionShows ? view(type, resource) : undefined;
      return { status: type.deleteStatus ?? 200, body: shown };
    });
  }

  private async act(
    target: ArmPath,
    type: ResourceType,
    name: string,
    request: LocalRequest,
    claims: TokenClaims,
  ): Promise<LocalResponse> {
    const id = target.path;
    const action = `${actionType(type)}/${name}/action`;
    this.authorize(claims, action, id);
    this.requireParents(target, type);
    const existing = this.find(id);
    if (!existing) throw missing(type.type, id);
    requireUnlocked(this.context.store, 'write', id);
    const run = ownValue(type.actions, name.toLowerCase());
    if (!run) {
      throw new ArmError(
        400,
        'InvalidRequestUri',
        type.notPlayed
          ? `local Azure keeps resources of the type '${type.type}' as documents and plays none of its actions, got '${name}'`
          : `the resource type '${type.type}' has no action '${name}'`,
      );
    }
    const told = type.loggedBodies?.includes(name.toLowerCase()) ? request.body.toString('utf8') : undefined;
    return this.logged(
      action,
      id,
      claims,
      async () => run({ ...this.resourceRequest(id, request, claims), body: parseJson(request), existing }),
      told,
    );
  }

  /** Removes a resource and all below it, the innermost first, and tells their types. */
  private async remove(id: string): Promise<void> {
    const gone = this.context.store.delete(id);
    gone.sort((a, b) => b.id.length - a.id.length);
    for (const resource of gone) {
      const principal = (resource.identity as ResourceIdentity | undefined)?.principalId;
      if (principal) this.directory.remove(principal);
      await this.types.get(resource.type.toLowerCase())?.deleted?.(resource);
    }
  }

  private resourceRequest(
    id: string,
    request: LocalRequest,
    claims: TokenClaims,
  ): Omit<ResourceRequest, 'body' | 'existing'> {
    return {
      id,
      apiVersion: request.query.get('api-version')!,
      query: request.query,
      caller: { objectId: claims.oid },
    };
  }

  private async logged(
    action: string,
    id: string,
    claims: TokenClaims,
    run: () => Promise<LocalResponse>,
    requestBody?: string,
  ): Promise<LocalResponse> {
    const log = (status: 'Succeeded' | 'Failed') =>
      this.context.activityLog.push({
        eventTimestamp: new Date(this.context.clock.now()).toISOString(),
        operationName: action,
        resourceId: id,
        status,
        caller: claims.oid,
        ...(requestBody !== undefined && { requestBody }),
      });
    try {
      const response = await run();
      log(response.status < 400 ? 'Succeeded' : 'Failed');
      return response;
    } catch (error) {
      log('Failed');
      throw error;
    }
  }

  private typeOf(target: ArmPath, request: LocalRequest): ResourceType {
    const asked = request.query.get('api-version');
    const played = this.types.get(target.type.toLowerCase());
    const apiVersion = requireApiVersion(target.type, asked, played?.apiVersions);
    const type = played ?? (this.options.strict ? undefined : notPlayedType(target));
    if (type) return type;
    const [namespace, ...rest] = target.type.split('/');
    const known = [...this.types.values()].some((t) =>
      t.type.toLowerCase().startsWith(`${namespace!.toLowerCase()}/`),
    );
    throw known
      ? new ArmError(
          404,
          'InvalidResourceType',
          `The resource type '${rest.join('/')}' could not be found in the namespace '${namespace}' for api ` +
            `version '${apiVersion}'. ${STRICT}`,
        )
      : new ArmError(
          404,
          'InvalidResourceNamespace',
          `The resource namespace '${namespace}' is invalid. ${STRICT}`,
        );
  }

  /** Says once of each type that it is not played. */
  private tell({ type }: ResourceType): void {
    if (this.told.has(type.toLowerCase())) return;
    this.told.add(type.toLowerCase());
    this.context.log(`${type} is not played: its resources are kept as plain documents`);
  }

  /** Whoever may, and for a resource provider that the subscription is registered for. */
  private authorize(claims: TokenClaims, action: string, scope: string): void {
    if (!this.rbac.allowsAction(claims.oid, action, scope)) {
      throw authorizationFailed(claims.appid, claims.oid, action, scope);
    }
    this.registrations.require(action.split('/')[0]!);
  }

  private requireParents(target: ArmPath, type: ResourceType): void {
    this.requireScope(target.scope);
    if (target.parentId && !this.isThere(target.parentId))
      throw parentResourceNotFound(type.type, target.parentId);
  }

  private requireScope(scope: string): void {
    const group = groupIdOf(scope);
    if (group && !this.context.store.get(group)) throw resourceGroupNotFound(groupNameOf(group));
    const resource = parsePath(scope);
    if (resource?.name && !this.isThere(scope)) throw missing(resource.type, scope);
  }

  /** What is not played may be there without anybody's having made it, as a parent's only child is. */
  private isThere(id: string): boolean {
    const type = parsePath(id)?.type.toLowerCase();
    const played = type !== undefined && this.types.has(type);
    return this.find(id) !== undefined || (!played && !this.options.strict);
  }
}

/** Azure may well know the type: whoever is refused is told whose doing that is. */
const STRICT =
  'Local Azure does not play it, and refuses what it does not play because it was started with --strict (strict: true).';

/** `{id}/{action}` */
function actionOf(path: string): { id: string; name: string } {
  const at = path.lastIndexOf('/');
  return { id: path.slice(0, at), name: path.slice(at + 1) };
}

function notAllowed(message: string): ArmError {
  return new ArmError(405, 'MethodNotAllowed', message);
}

/** RBAC names the operations on groups after the subscription that they lie in. */
function actionType(type: ResourceType): string {
  return type.type === RESOURCE_GROUP_TYPE ? 'Microsoft.Resources/subscriptions/resourceGroups' : type.type;
}

function missing(type: string, id: string): ArmError {
  return type === RESOURCE_GROUP_TYPE ? resourceGroupNotFound(groupNameOf(id)) : resourceNotFound(type, id);
}

function nextLink({ path, query }: LocalRequest, skipped: number): string {
  const next = new URLSearchParams({ 'api-version': query.get('api-version')!, $skiptoken: String(skipped) });
  return `https://${ARM_HOST}${path}?${next}`;
}

function view(
  type: ResourceType,
  resource: StoredResource,
  query?: URLSearchParams,
): Record<string, unknown> {
  if (type.view) return type.view(resource, query);
  const { secrets: _, ...shown } = resource;
  return shown;
}
