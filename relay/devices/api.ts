import { PermanentError } from '../errors';
import type { HubPlatform, Log } from '../ports';
import { fitsTag } from '../tags';
import type { Caller } from './access';
import { audit, auditRefusal, auditRegistration, type AuditAction } from './audit';
import { INSTALLATION_ID_RULE, isInstallationId, readDevice, type Device } from './device';
import { MAX_BODY, type Gate } from './gate';
import type { RegisteredDevice } from './installations';
import { readJsonBody } from './json-body';
import { Problem, problemOf, type ApiResponse } from './problem';
import type { Registrations } from './registrations';
import type { Former } from './removal';

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
    const { method, installationId } = request;
    const about: About = { action: CHANGES[method] };
    try {
      about.caller = await this.ports.gate.admit((name) => request.header(name));
      const response = await this.answer(request, about.caller, about, log);
      log.write('info', 'devices request', { method, status: response.status });
      return response;
    } catch (error) {
      const { action, user, caller, begun } = about;
      const detail = (error as Error).message;
      const response = problemOf(error);
      if (caller && action && (begun || !response || response.status === 503))
        audit(log, { action, outcome: 'failed', installationId, user, caller, detail });
      if (!response) throw error;
      log.write('info', 'devices request', { method, status: response.status, detail });
      auditRefusal(log, response, { installationId, caller, detail });
      return response;
    }
  }

  private async answer(request: ApiRequest, caller: Caller, about: About, log: Log): Promise<ApiResponse> {
    const id = request.installationId;
    if (!isInstallationId(id)) {
      throw new Problem(400, `installation id must be ${INSTALLATION_ID_RULE}`);
    }
    const known = await this.ports.registrations.read(id, caller.identities);
    if (known && !caller.mayActFor(known.user))
      throw new Problem(403, 'the installation belongs to another identity');
    switch (request.method) {
      case 'GET':
        if (!known) throw new Problem(404, 'no such installation');
        return { status: 200, headers: JSON_HEADERS, body: known };
      case 'DELETE':
        await this.remove(id, known, caller, about, log);
        return { status: 204, headers: {} };
      case 'PUT':
        return this.put(id, await this.read(request, caller), known, caller, about, log);
      default:
        throw new Problem(405, `method ${request.method} is not allowed`);
    }
  }

  private async remove(
    id: string,
    known: RegisteredDevice | undefined,
    caller: Caller,
    about: About,
    log: Log,
  ): Promise<void> {
    const { registrations } = this.ports;
    about.user = known?.user;
    about.begun = true;
    const former = known ? await registrations.remove(known) : await registrations.finishRemoval(id);
    if (former) audit(log, { ...former, action: 'removal', outcome: 'done', caller });
  }

  private async read(request: ApiRequest, caller: Caller): Promise<ReadDevice> {
    const { body } = await readJsonBody(request, MAX_BODY);
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
    about: About,
    log: Log,
  ): Promise<ApiResponse> {
    about.user = device.user;
    about.begun = true;
    if (known?.user === device.user) about.action = 'renewal';
    const tookOverFrom: Former[] = [];
    const registration = await this.ports.registrations
      .put(id, device, known, tookOverFrom)
      .catch((error: unknown) => {
        // They are gone all the same, and the next attempt finds nobody to take over from.
        for (const former of tookOverFrom)
          audit(log, { ...former, action: 'takeover', outcome: 'done', caller });
        if (!(error instanceof PermanentError)) throw error;
        throw new Problem(
          400,
          'the notification hub does not take the device: is its handle one of that platform, and of this app?',
        );
      });
    auditRegistration(log, registration, device.user, caller);
    return {
      status: registration.kind === 'renewed' ? 200 : 201,
      headers: JSON_HEADERS,
      body: ignored.length > 0 ? { ...registration.device, ignored } : registration.device,
    };
  }
}

/** What a method changes, for the audit. */
const CHANGES: Readonly<Record<string, AuditAction>> = { PUT: 'registration', DELETE: 'removal' };

/** What is found out about a request on its way. */
interface About {
  action: AuditAction | undefined;
  caller?: Caller;
  /** Whose device it is, or is to be. */
  user?: string;
  /** What it is to change may be changed in part. */
  begun?: boolean;
}

const JSON_HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' };
