import { PermanentError, TransientError } from '../errors';
import type { Clock, Log } from '../ports';
import { userTag } from '../tags';
import type { Caller } from './access';
import { audit } from './audit';
import type { Gate } from './gate';
import type { RegisteredDevice } from './installations';
import { Problem, type ApiResponse } from './problem';
import type { Registrations } from './registrations';
import type { DeviceRegistry } from './registry';
import { answerAboutUser, type UserRequest } from './user-request';

/** Devices that are looked at, or removed, at a time. */
const AT_A_TIME = 8;

/** How long a request may take, in milliseconds: a function is ended after a minute (`functionTimeout`). */
const BUDGET_MS = 40_000;

/** When to come again for what is left, in seconds. */
const COME_AGAIN_S = 5;

export interface UsersPorts {
  readonly gate: Gate;
  readonly registrations: Registrations;
  /** None without a storage account. */
  readonly registry?: DeviceRegistry;
  readonly clock: Clock;
}

/**
 * `GET`, `DELETE /api/users/{rawId}/devices`, as `openapi.json` describes them: all devices that get the pushes of one
 * identity, as `user` or in `alsoFor`.
 */
export class UsersApi {
  constructor(private readonly ports: UsersPorts) {}

  handle(request: UserRequest, log: Log): Promise<ApiResponse> {
    return answerAboutUser(request, { name: 'users request', gate: this.ports.gate, log }, (rawId, caller) =>
      this.answer(request.method, rawId, caller, log),
    );
  }

  private async answer(method: string, rawId: string, caller: Caller, log: Log): Promise<ApiResponse> {
    const { registry } = this.ports;
    if (!registry) {
      throw new Problem(
        501,
        'without a storage account (RELAY_STORAGE_ACCOUNT) nobody knows the devices of a user',
      );
    }
    switch (method) {
      case 'GET':
        return this.list(rawId, registry);
      case 'DELETE':
        return this.revoke(rawId, registry, caller, log);
      default:
        throw new Problem(405, `method ${method} is not allowed`);
    }
  }

  private async list(rawId: string, registry: DeviceRegistry): Promise<ApiResponse> {
    const devices: RegisteredDevice[] = [];
    const look = async (id: string) => {
      const device = await this.ports.registrations.read(id, [rawId]);
      if (device && isFor(device, rawId)) devices.push(device);
    };
    const until = this.ports.clock.now() + BUDGET_MS;
    const complete = await this.each(await registry.installationsOf(rawId), look, until);
    if (!complete) throw new TransientError('the devices of the user could not be read in time');
    devices.sort((a, b) => (a.installationId < b.installationId ? -1 : 1));
    return {
      status: 200,
      headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
      body: { devices: devices.map(shown) },
    };
  }

  /** What cannot be removed stays in the registry, so that the next request finds it. */
  private async revoke(
    rawId: string,
    registry: DeviceRegistry,
    caller: Caller,
    log: Log,
  ): Promise<ApiResponse> {
    const until = this.ports.clock.now() + BUDGET_MS;
    const seen = new Set<string>();
    const left = new Set<string>();
    const revoke = async (installationId: string) => {
      try {
        const removed = await this.remove(installationId, rawId);
        left.delete(installationId);
        if (removed)
          audit(log, { action: 'revocation', outcome: 'done', installationId, user: rawId, caller });
      } catch (error) {
        if (!(error instanceof TransientError || error instanceof PermanentError)) throw error;
        const detail = error.message;
        audit(log, { action: 'revocation', outcome: 'failed', installationId, user: rawId, caller, detail });
      }
    };
    // Devices that were registered meanwhile are among them when it is asked once more.
    for (;;) {
      const ids = (await registry.installationsOf(rawId)).filter((id) => !seen.has(id));
      if (ids.length === 0) break;
      for (const id of ids) {
        seen.add(id);
        left.add(id);
      }
      if (!(await this.each(ids, revoke, until))) break;
    }
    if (left.size === 0) return { status: 204, headers: {} };
    throw new Problem(
      503,
      `${left.size} of ${seen.size} devices are not removed yet: send the request again`,
      [...left].sort().map((id) => `${id} is still registered`),
      COME_AGAIN_S,
    );
  }

  /** @returns whether it was a device of theirs: the row of one that changed hands is left to the sweep */
  private async remove(installationId: string, rawId: string): Promise<boolean> {
    const { registrations } = this.ports;
    const device = await registrations.read(installationId, [rawId]);
    if (device && !isFor(device, rawId)) return false;
    // Also one that reads as gone: its removal may have been begun and not finished.
    await registrations.remove(device ?? { installationId, user: rawId });
    return true;
  }

  /** Some at a time. @returns whether it came to the end in time */
  private async each(
    ids: readonly string[],
    work: (id: string) => Promise<void>,
    until: number,
  ): Promise<boolean> {
    const queue = [...ids];
    const worker = async () => {
      while (queue.length > 0 && this.ports.clock.now() < until) await work(queue.shift()!);
    };
    await Promise.all(Array.from({ length: AT_A_TIME }, worker));
    return queue.length === 0;
  }
}

/** Without the other identities of the device: whoever may act for this one may not know of them. */
function shown({ installationId, platform, language, voip, expired }: RegisteredDevice): object {
  return { installationId, platform, language, voip, expired };
}

function isFor(device: RegisteredDevice, rawId: string): boolean {
  // By tag: a hub does not know whether the number of a phone had its plus.
  return [device.user, ...device.alsoFor].some((id) => userTag(id) === userTag(rawId));
}
