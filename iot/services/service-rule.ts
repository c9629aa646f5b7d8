import type { z } from 'zod';
import type { Entity } from '../../contract/home.ts';

/** What a device should come to. The first of `states` is the one a simulated device takes. */
export interface Target {
  states?: readonly string[];
  /** Home Assistant's attribute names and units. */
  attributes?: Record<string, unknown>;
  /** States that mean the device has given up, with the sentence that says so. */
  failures?: Readonly<Record<string, string>>;
}

/** A service call that this entity can do, with toggles and steps resolved and `data` in its plainest form. */
export interface ServicePlan {
  service: string;
  data: Record<string, unknown>;
  /** Undefined where the call leaves no trace in the state, like a press of a button. */
  target: Target | undefined;
}

export interface Refusal {
  /** A sentence for people. */
  refusal: string;
}

/** `service` only where the call turns into another one, as toggles do. */
type Decision = { service?: string; data?: Record<string, unknown>; target?: Target } | Refusal;

export type ServiceRule = (entity: Entity, service: string, data: unknown) => ServicePlan | Refusal;

/** The first person-readable complaint of a zod error. */
function complaint(error: z.ZodError, service: string): string {
  const issue = error.issues[0];
  if (issue?.code === 'unrecognized_keys') return `${service} knows no ${issue.keys.join(', ')}.`;
  if (issue?.code === 'invalid_type' && issue.path.length > 0) return `${service} needs a proper ${issue.path.join('.')}.`;
  return issue?.message ?? `${service} was called with data it does not understand.`;
}

/** Parses the data, then decides for the entity at hand. */
export function rule<Data>(schema: z.ZodType<Data>, decide: (entity: Entity, data: Data) => Decision): ServiceRule {
  return (entity, service, data) => {
    const parsed = schema.safeParse(data);
    if (!parsed.success) return { refusal: complaint(parsed.error, service) };
    const decision = decide(entity, parsed.data);
    if ('refusal' in decision) return decision;
    return { service: decision.service ?? service, data: decision.data ?? {}, target: decision.target };
  };
}
