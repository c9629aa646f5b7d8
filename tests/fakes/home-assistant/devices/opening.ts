import type { FakeEntity } from '../fake-entity.ts';
import { entityService, type Service, type ServiceContext } from '../service.ts';
import { numeric, percent } from './fields.ts';

/** Steps in which a cover or valve with positions shows that it moves. */
const steps = 4;

const hasPosition = (entity: FakeEntity) => typeof entity.attributes.current_position === 'number';
const positionOf = (entity: FakeEntity) =>
  hasPosition(entity) ? numeric(entity.attributes.current_position) : entity.state === 'closed' ? 0 : 100;

function stand(entity: FakeEntity, position: number): void {
  entity.state = position > 0 ? 'open' : 'closed';
  if (hasPosition(entity)) entity.attributes = { ...entity.attributes, current_position: Math.round(position) };
}

/** Moves there, showing `opening` or `closing` on the way where the device takes its time. */
function move(entity: FakeEntity, target: number, { house, context, write }: ServiceContext): void {
  const from = positionOf(entity);
  const run = numeric(entity.memory.run) + 1;
  entity.memory = { ...entity.memory, run };
  const ms = entity.quirks.travelMs ?? 0;
  if (ms === 0 || from === target) {
    stand(entity, target);
    write(entity);
    return;
  }
  entity.state = target > from ? 'opening' : 'closing';
  write(entity);
  const step = (number: number) => {
    if (entity.memory.run !== run) return;
    const underway = entity.state;
    stand(entity, from + ((target - from) * number) / steps);
    if (number < steps) entity.state = underway;
    house.write(entity, context);
    if (number < steps) house.later(ms / steps, () => step(number + 1));
  };
  house.later(ms / steps, () => step(1));
}

function stop(entity: FakeEntity, { write }: ServiceContext): void {
  entity.memory = { ...entity.memory, run: numeric(entity.memory.run) + 1 };
  stand(entity, positionOf(entity));
  write(entity);
}

function tilt(entity: FakeEntity, position: number, { write }: ServiceContext): void {
  entity.attributes = { ...entity.attributes, current_tilt_position: position };
  write(entity);
}

/** Both domains number their features alike: open 1, close 2, position 4, stop 8. */
function openingServices(domain: 'cover' | 'valve'): Service[] {
  const word = (verb: string) => `${verb}_${domain}`;
  return [
    entityService(domain, word('open'), { features: [1] }, (entity, _data, context) => move(entity, 100, context)),
    entityService(domain, word('close'), { features: [2] }, (entity, _data, context) => move(entity, 0, context)),
    entityService(domain, `set_${domain}_position`, { fields: { position: percent }, features: [4] }, (entity, data, context) =>
      move(entity, data.position, context),
    ),
    entityService(domain, word('stop'), { features: [8] }, (entity, _data, context) => stop(entity, context)),
    entityService(domain, 'toggle', { features: [3] }, (entity, _data, context) =>
      move(entity, entity.state === 'closed' ? 100 : 0, context),
    ),
  ];
}

const tiltServices: Service[] = [
  entityService('cover', 'open_cover_tilt', { features: [16] }, (entity, _data, context) => tilt(entity, 100, context)),
  entityService('cover', 'close_cover_tilt', { features: [32] }, (entity, _data, context) => tilt(entity, 0, context)),
  entityService('cover', 'stop_cover_tilt', { features: [64] }, (entity, _data, { write }) => write(entity)),
  entityService('cover', 'set_cover_tilt_position', { fields: { tilt_position: percent }, features: [128] }, (entity, data, context) =>
    tilt(entity, data.tilt_position, context),
  ),
];

export const openingDeviceServices: Service[] = [...openingServices('cover'), ...openingServices('valve'), ...tiltServices];
