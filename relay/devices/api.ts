import type { HubPlatform, Log } from '../ports';
import { fitsTag } from '../tags';
import type { Caller } from './access';
import { audit, auditRefusal, auditRegistration } from './audit';
import { INSTALLATION_ID_RULE, isInstallationId, readDevice, type Device } from './device';
import { MAX_BODY, TOO_LARGE, type Gate } from './gate';
import type { RegisteredDevice } from './installations';
import { Problem, problemOf, type ApiResponse } from './problem';
import type { Registrations } from './registrations';

export interface ApiRequest {
  readonly method: string;
  readonly installationId: string;
  header(name: string): string | null;
  text(): Promise<string>;
}

export interface DevicesPorts {
  readonly gate: Gate;
  readonly registrations: Registrations;
  /** What the relay pushes to. */
  readonly platforms: readonly HubPlatform[];
}

interface ReadDevice {
  readonly device: Device;
  /** Fields that were left out. */
  readonly ignored: readonly string[];
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
    const known = await this.ports.registrations.read(id);
    if (known && !caller.mayActFor(known.user))
      throw new Problem(403, 'the installation belongs to another identity');
    switch (request.method) {
      case 'GET':
        if (!known) throw new Problem(404, 'no such installation');
        return { status: 200, headers: JSON_HEADERS, body: known };
      case 'DELETE':
        if (known) {
          await this.ports.registrations.remove(known);
          audit(log, { action: 'removal', outcome: 'done', installationId: id, user: known.user, caller });
        } else await this.ports.registrations.finishRemoval(id);
        return { status: 204, headers: {} };
      case 'PUT':
        return this.put(id, await this.read(request, caller), known, caller, log);
      default:
        throw new Problem(405, `method ${request.method} is not allowed`);
    }
  }

  private async read(request: ApiRequest, caller: Caller): Promise<ReadDevice> {
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
    for (const rawId of [device.user, ...device.alsoFor]) {
      if (!caller.mayActFor(rawId))
        throw new Problem(403, 'the token does not allow to act for this identity');
      if (!this.ports.registrations.keepsRawIds && !fitsTag(rawId)) {
        throw new Problem(400, 'body is not a device', [
          `'user' or 'alsoFor' has a raw id that fits into no tag, and the relay has no storage account to keep it in`,
        ]);
      }
    }
    if (device.voipPushChannel === undefined || this.ports.registrations.hasVoip) return read;
    // Without a VoIP hub it rings by alert, as the answer's `voip` says.
    return {
      device: { ...device, voipPushChannel: undefined },
      ignored: [...read.ignored, 'voipPushChannel'],
    };
  }

  private async put(
    id: string,
    { device, ignored }: ReadDevice,
    known: RegisteredDevice | undefined,
    caller: Caller,
    log: Log,
  ): Promise<ApiResponse> {
    const registration = await this.ports.registrations.put(id, device, known);
    auditRegistration(log, registration, device.user, caller);
    return {
      status: known ? 200 : 201,
      headers: JSON_HEADERS,
      body: ignored.length > 0 ? { ...registration.device, ignored } : registration.device,
    };
  }
}

const JSON_HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' };
