import { z } from 'zod';
import { controlRoute, type ControlRoute } from '../../core/control-route';
import { percent, seconds, text, time } from '../../core/control-schemas';
import { faultSwitch, type FaultSwitch } from '../../core/fault-switch';
import type { EventGridDelivery } from './delivery';

const delivery = z.object({
  startedAt: time,
  time,
  subscriptionId: text,
  eventIds: z.array(text),
  attempt: z.int().min(1),
  status: z.int(),
});
const deadLetter = z.object({
  time,
  subscriptionId: text,
  blob: text.optional(),
  reason: text,
  event: z.looseObject({ id: text, topic: text, subject: z.string(), eventType: text }),
});

/** What became of events. */
export function eventGridRoutes(grid: EventGridDelivery): readonly ControlRoute[] {
  return [
    controlRoute({
      method: 'GET',
      path: '/event-grid/deliveries',
      summary: 'How many events wait, and every attempt to deliver some, oldest first.',
      answer: z.object({ pending: z.int().min(0), deliveries: z.array(delivery) }),
      handle: () => ({ pending: grid.pending(), deliveries: grid.deliveries() }),
    }),
    controlRoute({
      method: 'GET',
      path: '/dead-letters',
      summary: 'Events that were given up, oldest first.',
      answer: z.array(deadLetter),
      handle: () => grid.deadLetters(),
    }),
  ];
}

/** How deliveries go wrong. */
export function eventGridFaults(grid: EventGridDelivery): FaultSwitch {
  return faultSwitch({
    name: 'eventGrid',
    schema: z.strictObject({
      duplicatePercent: percent.optional(),
      disorder: z.boolean().optional(),
      deadLetterDelaySeconds: seconds.optional(),
    }),
    set: (faults) => grid.setFaults(faults),
    clear: () => grid.setFaults({}),
  });
}
