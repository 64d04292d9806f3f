import type { HubPlatform, Log } from '../ports';
import type { Caller } from './access';
import { audit, auditRefusal } from './audit';
import { INSTALLATION_ID_RULE, isInstallationId, readDevice, type Device } from './device';
import { MAX_BODY, TOO_LARGE, type Gate } from './gate';
import type { Installations, RegisteredDevice } from './installations';
import { Problem, problemOf, type ApiResponse } from './problem';
import type { DeviceRegistry } from './registry';

export interface ApiRequest {
  readonly method: string;
  readonly installationId: string;
  header(name: string): string | null;
  text(): Promise<string>;
}

export interface DevicesPorts {
  readonly gate: Gate;
  readonly installations: Installations;
  /** None without a storage account. */
  readonly registry?: DeviceRegistry;
  /** What the relay pushes to. */
  readonly platforms: readonly HubPlatform[];
}

/** `PUT`, `GET`, `DELETE /api/devices/{installationId}`, as `openapi.json` describes them. */
export class DevicesApi {
  constructor(private readonly ports: DevicesPorts) {}

  async handle(request: ApiRequest, log: Log): Promise<ApiResponse> {
    let caller: Caller | undefined;
    try {
      caller = await this.ports.gate.admit((name) => request.header(name));
      const response = await this.answer(request, caller, log);
      log.write('info', 'devices request', { method: request.method, status: response.status });
      return response;
    } catch (error) {
      const response = problemOf(error);
      if (!response) throw error;
      const detail = (error as Error).message;
      log.write('info', 'devices request', { method: request.method, status: response.status, detail });
      auditRefusal(log, response, { installationId: request.installationId, caller, detail });
      return response;
    }
  }

  private async answer(request: ApiRequest, caller: Caller, log: Log): Promise<ApiResponse> {
    const id = request.installationId;
    if (!isInstallationId(id)) {
      throw new Problem(400, `installation id must be ${INSTALLATION_ID_RULE}`);
    }
    const known = await this.ports.installations.get(id);
    if (known && !caller.mayActFor(known.user))
      throw new Problem(403, 'the installation belongs to another identity');
    switch (request.method) {
      case 'GET':
        if (!known) throw new Problem(404, 'no such installation');
        return { status: 200, headers: JSON_HEADERS, body: known };
      case 'DELETE':
        if (known) {
          await this.delete(known);
          audit(log, { action: 'removal', outcome: 'done', installationId: id, user: known.user, caller });
        }
        return { status: 204, headers: {} };
      case 'PUT':
        return this.put(id, await this.read(request, caller), known, caller, log);
      default:
        throw new Problem(405, `method ${request.method} is not allowed`);
    }
  }

  private async read(request: ApiRequest, caller: Caller): Promise<Device> {
    if (!/^application\/json\s*(;|$)/i.test(request.header('content-type') ?? '')) {
      throw new Problem(415, 'content type must be application/json');
    }
    if (Number(request.header('content-length') ?? 0) > MAX_BODY) throw new Problem(413, TOO_LARGE);
    const text = await request.text();
    if (Buffer.byteLength(text) > MAX_BODY) throw new Problem(413, TOO_LARGE);
    let body: unknown;
    try {
      body = JSON.parse(text);
    } catch {
      throw new Problem(400, 'body is not JSON');
    }
    const read = readDevice(body);
    if ('problems' in read) throw new Problem(400, 'body is not a device', read.problems);
    const { device } = read;
    if (!this.ports.platforms.includes(device.platform === 'apns' ? 'apple' : device.platform)) {
      throw new Problem(400, 'body is not a device', [
        `'platform' is ${device.platform}, which the relay does not push to`,
      ]);
    }
    if (device.voipPushChannel !== undefined && !this.ports.installations.hasVoip) {
      throw new Problem(400, 'body is not a device', [
        `'voipPushChannel' is given, but the relay has no VoIP hub`,
      ]);
    }
    for (const rawId of [device.user, ...device.alsoFor]) {
      if (!caller.mayActFor(rawId))
        throw new Problem(403, 'the token does not allow to act for this identity');
    }
    return device;
  }

  private async put(
    id: string,
    device: Device,
    known: RegisteredDevice | undefined,
    caller: Caller,
    log: Log,
  ): Promise<ApiResponse> {
    const { installations, registry } = this.ports;
    await installations.put(id, device);
    if (registry) {
      const users = [device.user, ...device.alsoFor];
      const gone = known ? [known.user, ...known.alsoFor].filter((user) => !users.includes(user)) : [];
      if (gone.length > 0) await registry.remove(id, gone);
      const { platform, pushChannel } = device;
      const handle = typeof pushChannel === 'string' ? pushChannel : pushChannel.endpoint;
      const before = await registry.add(id, users, `${platform}\n${handle}`);
      // The handle is the device: whoever was registered with it before must not be read on it any more.
      const former = before && (await installations.get(before));
      if (former) {
        await this.delete(former);
        const { installationId, user } = former;
        audit(log, { action: 'takeover', outcome: 'done', installationId, user, caller });
      }
    }
    const action = known ? 'renewal' : 'registration';
    audit(log, { action, outcome: 'done', installationId: id, user: device.user, caller });
    const { platform, user, alsoFor, language } = device;
    const body: RegisteredDevice = {
      installationId: id,
      platform,
      user,
      alsoFor,
      language,
      voip: device.voipPushChannel !== undefined,
      expired: false,
    };
    return { status: known ? 200 : 201, headers: JSON_HEADERS, body };
  }

  private async delete({ installationId, user, alsoFor }: RegisteredDevice): Promise<void> {
    await this.ports.installations.delete(installationId);
    await this.ports.registry?.remove(installationId, [user, ...alsoFor]);
  }
}

const JSON_HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' };
