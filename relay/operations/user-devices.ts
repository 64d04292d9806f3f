import { isRecord } from '../envelope';
import type { HttpResponse } from '../http';
import type { Connection } from './connection';

/** A device that gets a user's pushes, as the devices API tells of it. */
export interface UserDevice {
  readonly installationId: string;
  readonly platform: string;
  readonly language?: string;
  /** Rings by PushKit. */
  readonly voip?: boolean;
  /** Its handle is dead: the next sweep removes it. */
  readonly expired?: boolean;
}

/** The devices API answered with something else than what was asked for. */
export class DevicesApiError extends Error {
  override readonly name = 'DevicesApiError';

  constructor(
    readonly status: number,
    /** What it says is wrong, one line each; of a revocation, the devices that are left. */
    readonly problems: readonly string[],
    message: string,
  ) {
    super(message);
  }
}

/** How often a request is made again, when the API asks to come again. */
const TRIES = 10;

/** Longest pause that the API is granted between two requests, in milliseconds. */
const LONGEST_PAUSE_MS = 60_000;

/** The API ends a request after 40 seconds by itself. */
const TIMEOUT_MS = 60_000;

/** All devices of a user, by the devices API of a relay. */
export class UserDevices {
  private readonly url: string;

  /**
   * @param apiUrl what the API's addresses begin with, `https://{host}/api`
   * @param token access token for the API's audience, with the role to act for the user
   */
  constructor(
    private readonly connection: Connection,
    apiUrl: string,
    rawId: string,
    private readonly token: string,
  ) {
    this.url = `${apiUrl}/users/${encodeURIComponent(rawId)}/devices`;
  }

  /**
   * @param tries how often it is asked while the API asks to come again
   * @throws DevicesApiError, TransientError when there is no answer
   */
  async list(tries = TRIES): Promise<UserDevice[]> {
    const { body } = await this.send('GET', 200, tries);
    const { devices } = JSON.parse(body) as { devices: UserDevice[] };
    return devices;
  }

  /**
   * Takes all of them out of hubs and registry. What could not be removed at once is tried again.
   *
   * @throws DevicesApiError, TransientError when there is no answer
   */
  async revoke(): Promise<void> {
    await this.send('DELETE', 204, TRIES);
  }

  private async send(method: string, wanted: number, tries: number): Promise<HttpResponse> {
    const { transport, clock } = this.connection;
    for (let left = tries; ; left--) {
      const response = await transport.send({
        method,
        url: this.url,
        headers: { authorization: `Bearer ${this.token}` },
        timeoutMs: TIMEOUT_MS,
      });
      if (response.status === wanted) return response;
      const pause = Number(response.headers['retry-after']) * 1000;
      const again = [429, 503].includes(response.status) && pause >= 0;
      if (!again || left <= 1) throw this.errorOf(method, response);
      await clock.sleep(Math.min(pause, LONGEST_PAUSE_MS));
    }
  }

  private errorOf(method: string, { status, body }: HttpResponse): DevicesApiError {
    const { detail, problems } = problemIn(body);
    const said = detail ?? (body === '' ? 'nothing else' : 'no problem of the devices API');
    return new DevicesApiError(
      status,
      problems,
      `${method} ${this.url} answered ${status}: ${[said, ...problems].join('; ')}`,
    );
  }
}

function problemIn(body: string): { detail?: string; problems: string[] } {
  try {
    const parsed: unknown = JSON.parse(body);
    const { detail, problems } = isRecord(parsed) ? parsed : {};
    return {
      detail: typeof detail === 'string' ? detail : undefined,
      problems: Array.isArray(problems) ? problems.map(String) : [],
    };
  } catch {
    return { problems: [] };
  }
}
