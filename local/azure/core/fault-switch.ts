import { z } from 'zod';
import { controlRoute, type ControlRoute } from './control-route';

/** What can be broken on order: one member of the body of `POST /faults`. */
export interface FaultSwitch {
  readonly name: string;
  readonly schema: z.ZodType;
  /** Breaks what the schema has read; what was broken before by the same switch is replaced. */
  set(faults: never): void;
  /** Mends everything. */
  clear(): void;
}

/** A switch whose `set` gets what its schema reads. */
export function faultSwitch<S extends z.ZodType>(
  faults: Omit<FaultSwitch, 'schema' | 'set'> & { readonly schema: S; set(faults: z.output<S>): void },
): FaultSwitch {
  return faults;
}

/** `POST /faults` with a member for each switch, and `DELETE /faults`. */
export function faultRoutes(switches: readonly FaultSwitch[]): readonly ControlRoute[] {
  const members = switches.map(({ name, schema }) => [name, schema.optional()] as const);
  return [
    controlRoute({
      method: 'POST',
      path: '/faults',
      summary: 'Breaks what is named; what is not named stays as it is.',
      body: z.strictObject(Object.fromEntries(members)),
      handle({ body }) {
        for (const { name, set } of switches) {
          if (body[name] !== undefined) set(body[name] as never);
        }
      },
    }),
    controlRoute({
      method: 'DELETE',
      path: '/faults',
      summary: 'Mends all that was broken.',
      handle() {
        for (const { clear } of switches) clear();
      },
    }),
  ];
}
