import type { FakeEntity } from '../fake-entity.ts';
import { entityService, type Service } from '../service.ts';

const become =
  (state: string) =>
  (entity: FakeEntity, _data: unknown, { write }: { write: (entity: FakeEntity) => void }) => {
    entity.state = state;
    write(entity);
  };

/** Everything that is simply on or off. */
export const switchServices: Service[] = ['switch', 'input_boolean', 'automation'].flatMap((domain) => [
  entityService(domain, 'turn_on', {}, become('on')),
  entityService(domain, 'turn_off', {}, become('off')),
  entityService(domain, 'toggle', {}, (entity, _data, { write }) => {
    entity.state = entity.state === 'on' ? 'off' : 'on';
    write(entity);
  }),
]);
