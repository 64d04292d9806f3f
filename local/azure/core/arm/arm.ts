import {
  authenticationFailed,
  authorizationFailed,
  parentResourceNotFound,
  requireApiVersion,
  resourceGroupNotFound,
  resourceNotFound,
} from './errors';
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
import { requireUnlocked } from './resource-locks';
import { fillIdentity, type ResourceIdentity } from './resource-identity';
import type { ArmOperation, ResourceRequest, ResourceType } from './resource-type';
import type { LocalService } from '../service';
import type { StoredResource } from '../store';
import { TokenError, type TokenClaims, type Tokens } from '../access/tokens';

const AUDIENCES = ['https://management.azure.com', 'https://management.core.windows.net'];

/** Azure Resource Manager: keeps resources of the registered types and runs the registered operations. */
export class Arm implements HostService {
  private readonly types = new Map<string, ResourceType>();
  private readonly operations: { path: CompiledPath; operation: ArmOperation }[] = [];

  constructor(
    private readonly context: LocalAzureContext,
    private readonly tokens: Tokens,
    private readonly rbac: Rbac,
    private readonly directory: Directory,
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

  async handle(request: LocalRequest): Promise<LocalResponse> {
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
    const target = parsePath(path);
    if (!target) throw new ArmError(404, 'NotFound', `no operation of ARM was found at ${path}`);
    switch (request.method) {
      case 'GET':
      case 'HEAD':
        return target.name === undefined
          ? this.list(target, request, claims)
          : this.get(target, request, claims);
      case 'PUT':
      case 'PATCH':
        return this.write(target, request, claims);
      case 'DELETE':
        return this.delete(target, request, claims);
      case 'POST':
        return this.act(target, request, claims);
      default:
        throw new ArmError(405, 'MethodNotAllowed', `method ${request.method} is not allowed on ${path}`);
    }
  }

  private get(target: ArmPath, request: LocalRequest, claims: TokenClaims): LocalResponse {
    const type = this.typeOf(target, request);
    this.authorize(claims, `${actionType(type)}/read`, target.path);
    this.requireParents(target, type);
    const resource = this.find(target.path);
    if (!resource) throw missing(type.type, target.path);
    return { status: request.method === 'HEAD' ? 204 : 200, body: view(type, resource, request.query) };
  }

  private list(target: ArmPath, request: LocalRequest, claims: TokenClaims): LocalResponse {
    const type = this.typeOf(target, request);
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

  private async write(target: ArmPath, request: LocalRequest, claims: TokenClaims): Promise<LocalResponse> {
    const type = this.typeOf(target, request);
    const action = `${actionType(type)}/write`;
    if (target.name === undefined) {
      throw new ArmError(
        405,
        'MethodNotAllowed',
        `${request.method} needs the name of a resource: ${target.path}`,
      );
    }
    this.authorize(claims, action, target.path);
    this.requireParents(target, type);
    requireUnlocked(this.context.store, 'write', target.path);
    const existing = this.find(target.path);
    if (request.method === 'PATCH' && !existing) throw missing(type.type, target.path);
    const sent = parseJson(request);
    const body = request.method === 'PATCH' ? mergePatch(view(type, existing!, request.query), sent) : sent;
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

  private async delete(target: ArmPath, request: LocalRequest, claims: TokenClaims): Promise<LocalResponse> {
    const type = this.typeOf(target, request);
    const action = `${actionType(type)}/delete`;
    this.authorize(claims, action, target.path);
    const resource = this.context.store.get(target.path);
    if (!resource) return { status: 204 };
    requireUnlocked(this.context.store, 'delete', target.path);
    type.deleting?.(resource);
    return this.logged(action, target.path, claims, async () => {
      await this.remove(target.path);
      return { status: 200 };
    });
  }

  private async act(target: ArmPath, request: LocalRequest, claims: TokenClaims): Promise<LocalResponse> {
    const at = target.path.lastIndexOf('/');
    const id = target.path.slice(0, at);
    const name = target.path.slice(at + 1);
    const resource = parsePath(id);
    if (!resource?.name)
      throw new ArmError(404, 'NotFound', `no operation of ARM was found at ${target.path}`);
    const type = this.typeOf(resource, request);
    const action = `${actionType(type)}/${name}/action`;
    this.authorize(claims, action, id);
    this.requireParents(resource, type);
    const existing = this.find(id);
    if (!existing) throw missing(type.type, id);
    requireUnlocked(this.context.store, 'write', id);
    const run = type.actions?.[name.toLowerCase()];
    if (!run) {
      throw new ArmError(
        400,
        'InvalidRequestUri',
        `the resource type '${type.type}' has no action '${name}'`,
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
    const type = this.types.get(target.type.toLowerCase());
    const apiVersion = requireApiVersion(target.type, request.query.get('api-version'), type?.apiVersions);
    if (!type) {
      const [namespace, ...rest] = target.type.split('/');
      const known = [...this.types.values()].some((t) =>
        t.type.toLowerCase().startsWith(`${namespace!.toLowerCase()}/`),
      );
      throw known
        ? new ArmError(
            404,
            'InvalidResourceType',
            `The resource type '${rest.join('/')}' could not be found in the namespace '${namespace}' for api ` +
              `version '${apiVersion}'.`,
          )
        : new ArmError(404, 'InvalidResourceNamespace', `The resource namespace '${namespace}' is invalid.`);
    }
    return type;
  }

  private authorize(claims: TokenClaims, action: string, scope: string): void {
    if (!this.rbac.allowsAction(claims.oid, action, scope)) {
      throw authorizationFailed(claims.appid, claims.oid, action, scope);
    }
  }

  private requireParents(target: ArmPath, type: ResourceType): void {
    this.requireScope(target.scope);
    if (target.parentId && !this.find(target.parentId))
      throw parentResourceNotFound(type.type, target.parentId);
  }

  private requireScope(scope: string): void {
    const group = groupIdOf(scope);
    if (group && !this.context.store.get(group)) throw resourceGroupNotFound(groupNameOf(group));
    const resource = parsePath(scope);
    if (resource?.name && !this.find(scope)) throw missing(resource.type, scope);
  }
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

function keepCommonProperties(
  resource: StoredResource,
  type: ResourceType,
  body: unknown,
  existing: StoredResource | undefined,
): void {
  const { location, tags } = (body ?? {}) as { location?: string; tags?: Record<string, string> };
  if (existing) resource.id = existing.id;
  resource.type = type.type;
  const place = resource.location ?? location ?? existing?.location;
  if (place !== undefined) resource.location = normalizeLocation(place);
  if (resource.tags === undefined && tags !== undefined) resource.tags = tags;
}

function requireSameLocation(body: unknown, existing: StoredResource | undefined): void {
  const { location } = (body ?? {}) as { location?: unknown };
  if (!existing?.location || typeof location !== 'string') return;
  if (normalizeLocation(location) === existing.location) return;
  throw new ArmError(
    409,
    'InvalidResourceLocation',
    `the resource '${existing.id}' already exists in location '${existing.location}', got '${location}'; ` +
      'delete it first, or keep the location',
  );
}

/** `West Europe` and `westeurope` are one place. */
function normalizeLocation(location: string): string {
  return location.toLowerCase().replaceAll(' ', '');
}
