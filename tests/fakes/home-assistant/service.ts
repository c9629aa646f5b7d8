import type { z } from 'zod';
import type { Context } from './event-bus.ts';
import type { FakeEntity } from './fake-entity.ts';
import type { House } from './house.ts';

export interface ServiceContext {
  readonly house: House;
  readonly context: Context;
  /** Shows what the entity has become. */
  write(entity: FakeEntity): void;
  /** Calls another service, as scripts and `homeassistant.turn_on` do. */
  call(domain: string, service: string, data: Record<string, unknown>): Promise<unknown>;
}

export type ServiceResponse = Record<string, unknown>;

interface ServiceBase {
  readonly domain: string;
  readonly service: string;
  /** Fields of `service_data` beside the targets; others are refused with `invalid_format`. */
  readonly fields: z.ZodRawShape;
  /** Whether the service answers data (`return_response`). */
  readonly response?: 'optional' | 'only';
}

/** A service carried out entity by entity; `features` are the bits of which an entity needs one (each number whole). */
export interface EntityService extends ServiceBase {
  readonly kind: 'entity';
  readonly features?: readonly number[];
  run(entity: FakeEntity, data: Record<string, unknown>, context: ServiceContext): ServiceResponse | undefined;
}

/** A service of the house, such as `homeassistant.restart` or a script by its own name. */
export interface HouseService extends ServiceBase {
  readonly kind: 'house';
  run(
    data: Record<string, unknown>,
    entityIds: readonly string[],
    context: ServiceContext,
  ): ServiceResponse | undefined | Promise<ServiceResponse | undefined>;
}

export type Service = EntityService | HouseService;

interface EntityServiceOptions<Shape> {
  fields?: Shape;
  features?: readonly number[];
}

/** A service that acts. Lets a service file say its fields with their types: `run` gets them parsed. */
export function entityService<Shape extends z.ZodRawShape>(
  domain: string,
  service: string,
  options: EntityServiceOptions<Shape>,
  run: (entity: FakeEntity, data: z.output<z.ZodObject<Shape>>, context: ServiceContext) => void,
): EntityService {
  return {
    ...common(domain, service, options),
    run: (entity, data, context) => {
      // The registry has parsed `data` with these very fields before it calls.
      run(entity, data as z.output<z.ZodObject<Shape>>, context);
      return undefined;
    },
  };
}

/** A service there is only for its answer (`return_response`). */
export function answeringService<Shape extends z.ZodRawShape>(
  domain: string,
  service: string,
  options: EntityServiceOptions<Shape>,
  run: (entity: FakeEntity, data: z.output<z.ZodObject<Shape>>, context: ServiceContext) => ServiceResponse,
): EntityService {
  return {
    ...common(domain, service, options),
    response: 'only',
    run: (entity, data, context) => run(entity, data as z.output<z.ZodObject<Shape>>, context),
  };
}

function common<Shape extends z.ZodRawShape>(domain: string, service: string, { fields, features }: EntityServiceOptions<Shape>) {
  return { kind: 'entity' as const, domain, service, fields: fields ?? {}, ...(features ? { features } : {}) };
}
