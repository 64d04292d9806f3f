import { ownValue } from '../../core/own';
import type { LocalAzureContext } from '../../core/context';
import type { LocalRequest, LocalResponse } from '../../core/http';
import type { Metrics } from '../../core/metrics';
import type { Random } from '../../core/random';
import type { StoredResource } from '../../core/store';
import type { PushServices } from '../../../push-services/push-services';
import { failure, xml } from './http';
import { newInstallation, visibleInstallation } from './installation';
import { patchInstallation } from './installation-patch';
import { installations, keepInstallation } from './installations';
import { readJson } from './payload';
import { listRegistrations } from './registration-list';
import { putRegistration, registrationEntry, registrations } from './registrations';

/** Requests on installations and registrations. Each throws HubRequestError. */
export class DeviceRequests {
  constructor(
    private readonly context: LocalAzureContext,
    private readonly push: PushServices,
    private readonly metrics: Metrics,
    private readonly random: Random,
  ) {}

  installation(request: LocalRequest, hub: StoredResource, id: string): LocalResponse {
    const now = this.context.clock.now();
    const found = ownValue(installations(hub), id);
    const location = `https://${request.host}/${hub.name}/installations/${encodeURIComponent(id)}?api-version=2020-06`;
    switch (request.method) {
      case 'PUT':
      case 'PATCH': {
        const document = readJson(request.body.toString('utf8'));
        if (request.method === 'PATCH' && !found) {
          return failure(404, `The installation '${id}' was not found.`);
        }
        const patch = request.method === 'PATCH' && found;
        const kept = patch ? patchInstallation(found, document, now) : newInstallation(id, document, now);
        keepInstallation(hub, id, kept);
        this.push.knowHandle(kept.handle);
        const answer = { status: 200, headers: { 'Content-Location': location } };
        return this.changed(hub, 'installation', patch ? 'patch' : 'upsert', answer);
      }
      case 'GET':
        if (!found) return failure(404, `The installation '${id}' was not found.`);
        return this.changed(hub, 'installation', 'get', { status: 200, body: visibleInstallation(found) });
      case 'DELETE':
        keepInstallation(hub, id, undefined);
        return this.changed(hub, 'installation', 'delete', { status: 204 });
      default:
        return failure(405, `${request.method} is not supported on an installation.`);
    }
  }

  registration(request: LocalRequest, hub: StoredResource, name: string | undefined): LocalResponse {
    const all = registrations(hub);
    const found = name === undefined ? undefined : ownValue(all, name);
    switch (request.method) {
      case 'POST':
      case 'PUT': {
        const kept = putRegistration(
          hub,
          name,
          request.body.toString('utf8'),
          this.context.clock.now(),
          this.random,
        );
        this.push.knowHandle(kept.handle);
        const operation = found ? 'update' : 'create';
        return this.changed(hub, 'registration', operation, xml(200, registrationEntry(kept)));
      }
      case 'GET':
        if (name === undefined) return listRegistrations(Object.values(all), request.query);
        if (!found) return failure(404, `The registration '${name}' was not found.`);
        return this.changed(hub, 'registration', 'get', xml(200, registrationEntry(found)));
      case 'DELETE':
        if (name === undefined || !found) return failure(404, `The registration '${name}' was not found.`);
        delete all[name];
        return this.changed(hub, 'registration', 'delete', { status: 200 });
      default:
        return failure(405, `${request.method} is not supported on a registration.`);
    }
  }

  private changed(
    hub: StoredResource,
    what: 'installation' | 'registration',
    operation: string,
    response: LocalResponse,
  ): LocalResponse {
    if (operation !== 'get') this.context.store.put(hub);
    this.metrics.add(hub.id, `${what}.all`);
    this.metrics.add(hub.id, `${what}.${operation}`);
    return response;
  }

  /** A new id, of no registration yet. */
  registrationId(request: LocalRequest, hub: StoredResource): LocalResponse {
    const id = `${Math.floor(this.random() * 1e18)}-${Math.floor(this.random() * 1e18)}-1`;
    return {
      status: 201,
      headers: {
        Location: `https://${request.host}/${hub.name}/registrationIDs/${id}?api-version=2020-06`,
      },
    };
  }

  /** The registrations that have a tag. */
  tagged({ query }: LocalRequest, hub: StoredResource, tag: string): LocalResponse {
    const found = Object.values(registrations(hub)).filter((one) => one.tags.includes(tag));
    return listRegistrations(found, query);
  }
}
