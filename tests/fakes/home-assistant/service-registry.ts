import { z } from 'zod';
import { parseFields } from './command.ts';
import { CommandError, serviceNotSupported, serviceValidationError } from './command-error.ts';
import type { Context } from './event-bus.ts';
import { type FakeEntity, supportedFeatures } from './fake-entity.ts';
import type { House } from './house.ts';
import type { EntityService, Service, ServiceContext, ServiceResponse } from './service.ts';
import { type Target, TargetSchema, targetedEntities } from './service-target.ts';
import { atLeast } from './version.ts';

export interface ServiceCall {
  domain: string;
  service: string;
  data: Record<string, unknown>;
  target?: Record<string, unknown> | undefined;
  returnResponse: boolean;
  context: Context;
}

const targetKeys = Object.keys(TargetSchema.shape);

/** Every service of the house, and what Home Assistant does around calling one. */
export class ServiceRegistry {
  readonly #services = new Map<string, Service>();
  readonly #house: House;

  constructor(house: House, services: readonly Service[]) {
    this.#house = house;
    for (const service of services) this.register(service);
  }

  register(service: Service): void {
    this.#services.set(`${service.domain}.${service.service}`, service);
  }

  all(): Service[] {
    return [...this.#services.values()];
  }

  /** Success says only that the service ran: an entity that is missing or unavailable is passed over in silence. */
  async call(call: ServiceCall): Promise<ServiceResponse | undefined> {
    const { domain, service: name } = call;
    const service = this.#services.get(`${domain}.${name}`);
    if (!service) {
      throw new CommandError('not_found', `Service ${domain}.${name} not found.`, {
        domain: 'homeassistant',
        key: 'service_not_found',
        placeholders: { domain, service: name },
      });
    }
    this.#checkResponse(service, call.returnResponse);
    const { target, fields } = this.#split(service, call);
    this.#house.bus.fire('call_service', { domain, service: name, service_data: { ...call.data, ...call.target } }, call.context);
    const context: ServiceContext = {
      house: this.#house,
      context: call.context,
      write: (entity) => this.#house.write(entity, call.context),
      call: (otherDomain, otherService, data) =>
        this.call({ domain: otherDomain, service: otherService, data, returnResponse: false, context: call.context }),
    };
    if (service.kind === 'house') return await service.run(fields, targetedEntities(this.#house, target).all, context);
    return this.#callEntities(service, target, fields, call.returnResponse, context);
  }

  #checkResponse(service: Service, wanted: boolean): void {
    if (wanted && !service.response) {
      throw serviceValidationError("An action which does not return responses can't be called with return_response=True.", {
        domain: 'homeassistant',
        key: 'service_does_not_support_response',
        placeholders: { return_response: 'return_response=True' },
      });
    }
    if (!wanted && service.response === 'only') {
      throw serviceValidationError('The action requires responses and must be called with return_response=True.', {
        domain: 'homeassistant',
        key: 'service_lacks_response_request',
        placeholders: { return_response: 'return_response=True' },
      });
    }
  }

  /** Home Assistant merges `target` into the data before it looks at either. */
  #split(service: Service, call: ServiceCall): { target: Target; fields: Record<string, unknown> } {
    const merged = { ...call.data, ...call.target };
    const given = Object.entries(merged);
    const target = Object.fromEntries(given.filter(([key]) => targetKeys.includes(key)));
    if (service.kind === 'entity' && Object.keys(target).length === 0) {
      throw new CommandError('invalid_format', 'must contain at least one of entity_id, device_id, area_id, floor_id, label_id.');
    }
    const rest = Object.fromEntries(given.filter(([key]) => !targetKeys.includes(key)));
    return { target: parseFields(TargetSchema, target), fields: parseFields(z.strictObject(service.fields), rest) };
  }

  #callEntities(
    service: EntityService,
    target: Target,
    fields: Record<string, unknown>,
    returnResponse: boolean,
    context: ServiceContext,
  ): ServiceResponse | undefined {
    const { direct, all } = targetedEntities(this.#house, target);
    const entities = all
      .map((id) => this.#house.entities.get(id))
      .filter((entity): entity is FakeEntity => entity?.domain === service.domain);
    const able = entities.filter((entity) => entity.available && this.#isAble(service, entity, direct));
    if (returnResponse && able.length === 0) {
      throw new CommandError('home_assistant_error', 'Service call requested response data but did not match any entities');
    }
    const responses: ServiceResponse = {};
    for (const entity of able) {
      if (entity.quirks.deaf) continue;
      const response = service.run(entity, fields, context);
      if (response) responses[entity.entity_id] = response;
    }
    return returnResponse ? responses : undefined;
  }

  /** Only an entity named by its own id is refused aloud; those of an area or device are passed over. */
  #isAble(service: EntityService, entity: FakeEntity, direct: ReadonlySet<string>): boolean {
    if (!service.features) return true;
    const has = supportedFeatures(entity);
    if (service.features.some((needed) => (has & needed) === needed)) return true;
    if (direct.has(entity.entity_id)) {
      throw serviceNotSupported(service.domain, service.service, entity.entity_id, atLeast(this.#house.settings.version, 2024, 12));
    }
    return false;
  }
}
