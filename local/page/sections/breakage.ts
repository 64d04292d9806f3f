import type { Breakage } from '../model';
import type { ShownAzure } from './shown-azure';

export function breakage({ services: { pushServices, hubs } }: ShownAzure): Breakage {
  const { down, rejected } = pushServices.broken();
  return {
    unreachable: down,
    rejectedCredentials: rejected,
    throttledPercent: hubs.currentFaults.throttledPercent ?? 0,
  };
}
