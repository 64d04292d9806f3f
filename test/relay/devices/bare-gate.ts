import { Access } from '../../../relay/devices/access';
import { Authority } from '../../../relay/devices/authority';
import { Gate } from '../../../relay/devices/gate';
import { RateLimit } from '../../../relay/devices/rate-limit';
import type { Clock, Log } from '../../../relay/ports';
import { API, CUSTOMERS, type CustomersTenant } from './customers-tenant';

/** A clock that stands until it is told to go on. */
export class StandingClock implements Clock {
  private time = Date.now();

  readonly now = () => this.time;
  readonly sleep = (milliseconds: number) => {
    this.pass(milliseconds);
    return Promise.resolve();
  };

  pass(milliseconds: number): void {
    this.time += milliseconds;
  }
}

export class LinesLog implements Log {
  readonly lines: Record<string, unknown>[] = [];

  readonly write = (level: string, message: string, fields: Readonly<Record<string, unknown>> = {}) => {
    this.lines.push({ level, message, ...fields });
  };

  of(message: string): Record<string, unknown>[] {
    return this.lines.filter((line) => line['message'] === message);
  }
}

export interface GateOptions {
  readonly identityClaim?: string;
  readonly perCaller?: number;
  readonly perAddress?: number;
  readonly failures?: number;
  readonly proxies?: number;
}

/** What lets requests in, without Azure around it. */
export function bareGate(tenant: CustomersTenant, clock: Clock, log: Log, options: GateOptions = {}) {
  const authority = new Authority(tenant.authority, CUSTOMERS, clock, tenant.transport, log);
  const settings = {
    tenantId: CUSTOMERS,
    audiences: [API, `api://${API}`],
    role: 'Devices.Register',
    allRole: 'Devices.Register.All',
    identityClaim: options.identityClaim,
  };
  const access = new Access(settings, authority, clock);
  const gate = new Gate({
    access,
    callers: new RateLimit(options.perCaller ?? 60, clock),
    addresses: new RateLimit(options.perAddress ?? 600, clock),
    failures: new RateLimit(options.failures ?? 20, clock),
    proxies: options.proxies ?? 0,
  });
  return { access, gate };
}
