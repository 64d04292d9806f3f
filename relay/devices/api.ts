import { TransientError } from '../errors';
import type { HubPlatform, Log } from '../ports';
import { fitsTag } from '../tags';
import { AccessError, type Access, type Caller } from './access';
import { INSTALLATION_ID_RULE, isInstallationId, readDevice, type Device } from './device';
import type { RegisteredDevice } from './installations';
import type { RateLimit } from './rate-limit';
import type { Registrations } from './registrations';

/** Largest body, in bytes: a browser's subscription is well below a kilobyte. */
const MAX_BODY = 16 * 1024;

export interface ApiRequest {
  readonly method: string;
  readonly installationId: string;
  header(name: string): string | null;
  text(): Promise<string>;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

export interface DevicesPorts {
  readonly access: Access;
  readonly registrations: Registrations;
  readonly rateLimit: RateLimit;
  /** What the relay pushes to. */
  readonly platforms: readonly HubPlatform[];
}

interface ReadDevice {
  readonly device: Device;
  /** Fields that were left out. */
  readonly ignored: readonly string[];
}

/** Ends a request with a problem. */
class Problem extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly problems?: readonly string[],
  ) {
    super(message);
  }
}

/** `PUT`, `GET`, `DELETE /api/devices/{installationId}`, as `openapi.json` describes them. */
export class DevicesApi {
  constructor(private readonly ports: DevicesPorts) {}

  async handle(request: ApiRequest, log: Log): Promise<ApiResponse> {
    try {
      const response = await this.answer(request);
      log.write('info', 'devices request', { method: request.method, status: response.status });
      return response;
    } catch (error) {
      const response = this.problem(error);
      if (!response) throw error;
      log.write('info', 'devices request', {
        method: request.method,
        status: response.status,
        detail: (error as Error).message,
      });
      return response;
    }
  }

  private async answer(request: ApiRequest): Promise<ApiResponse> {
    const caller = await this.ports.access.check(request.header('authorization'));
    const wait = this.ports.rateLimit.take(caller.id);
    if (wait > 0) {
      return {
        ...problem(429, 'too many requests'),
        headers: { 'content-type': PROBLEM, 'retry-after': String(wait) },
      };
    }
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
        if (known) await this.ports.registrations.remove(known);
        else await this.ports.registrations.finishRemoval(id);
        return { status: 204, headers: {} };
      case 'PUT':
        return this.put(id, await this.read(request, caller), known);
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
  ): Promise<ApiResponse> {
    const registration = await this.ports.registrations.put(id, device, known);
    return {
      status: registration.kind === 'renewed' ? 200 : 201,
      headers: JSON_HEADERS,
      body: ignored.length > 0 ? { ...registration.device, ignored } : registration.device,
    };
  }

  private problem(error: unknown): ApiResponse | undefined {
    if (error instanceof Problem) return problem(error.status, error.message, error.problems);
    if (error instanceof AccessError) {
      const response = problem(error.status, error.message);
      if (error.status === 401) response.headers['www-authenticate'] = 'Bearer error="invalid_token"';
      return response;
    }
    if (error instanceof TransientError) {
      // The cause is for the log; the caller learns when to come again.
      const response = problem(503, 'the service cannot answer at the moment');
      response.headers['retry-after'] = String(Math.ceil((error.retryAfterMs ?? 5_000) / 1000));
      return response;
    }
    return undefined;
  }
}

const JSON_HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' };
const PROBLEM = 'application/problem+json';
const TOO_LARGE = `body must not be larger than ${MAX_BODY} bytes`;

/** RFC 9457. */
export function problem(status: number, detail: string, problems?: readonly string[]): ApiResponse {
  return {
    status,
    headers: { 'content-type': PROBLEM },
    body: { status, detail, ...(problems && { problems }) },
  };
}
