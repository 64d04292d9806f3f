import { z } from 'zod';
import { controlRoute, type ControlRoute } from '../control-route';
import { requestRule } from './fault';
import type { RequestFaults } from './request-faults';

const seenRequest = z.object({
  number: z.int(),
  method: z.string(),
  host: z.string(),
  path: z.string(),
  from: z.enum(['outside', 'inside']),
  faults: z.array(z.string()),
  status: z.int().optional(),
});

/** Faults on order, through the control API. */
export function requestFaultRoutes(faults: RequestFaults): ControlRoute[] {
  return [
    controlRoute({
      method: 'POST',
      path: '/faults/requests',
      summary: 'Orders a fault for requests of any host, by route, number and seed.',
      body: requestRule,
      handle: ({ body }) => faults.order(body),
    }),
    controlRoute({
      method: 'GET',
      path: '/faults/requests',
      summary: 'Tells which requests came, and what was done to each.',
      answer: z.array(seenRequest),
      handle: () => faults.seen(),
    }),
    controlRoute({
      method: 'DELETE',
      path: '/faults/requests',
      summary: 'Withdraws what was ordered for requests, and forgets which came.',
      handle: () => faults.clear(),
    }),
  ];
}
