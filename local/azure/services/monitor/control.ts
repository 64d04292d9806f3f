import { z } from 'zod';
import { lag, text } from '../../core/control-schemas';
import { faultSwitch, type FaultSwitch } from '../../core/fault-switch';
import type { MonitorDelays } from './delays';

const silentMetric = z.union([text, z.strictObject({ metric: text, resourceId: text })]);

/** What Azure Monitor tells late, or never. Mended, metrics come again; the lag stays as it is. */
export function monitorFaults(delays: MonitorDelays): FaultSwitch {
  return faultSwitch({
    name: 'monitor',
    schema: z.strictObject({
      metricLagMinutes: lag.optional(),
      activityLogLagSeconds: lag.optional(),
      requestBodies: z.boolean().optional(),
      silent: z.array(silentMetric).optional(),
    }),
    set: (faults) => delays.setLag(faults),
    clear: () => delays.setLag({ silent: [] }),
  });
}
