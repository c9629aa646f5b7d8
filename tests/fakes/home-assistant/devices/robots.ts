import { z } from 'zod';
import { serviceValidationError } from '../command-error.ts';
import type { FakeEntity } from '../fake-entity.ts';
import { entityService, type Service } from '../service.ts';
import { texts } from './fields.ts';

const goTo = (domain: string, service: string, state: string, features: readonly number[]): Service =>
  entityService(domain, service, { features }, (robot, _data, { write }) => {
    robot.state = state;
    write(robot);
  });

/** Home is reached after the travel; until then the robot shows that it is on its way. */
const goHome = (domain: string, service: string, features: readonly number[]): Service =>
  entityService(domain, service, { features }, (robot: FakeEntity, _data, { house, context }) => {
    if (robot.state === 'docked') return;
    house.travel(robot, 'returning', context, () => {
      robot.state = 'docked';
    });
  });

export const robotServices: Service[] = [
  goTo('vacuum', 'start', 'cleaning', [8192]),
  goTo('vacuum', 'pause', 'paused', [4]),
  goTo('vacuum', 'stop', 'idle', [8]),
  goHome('vacuum', 'return_to_base', [16]),
  goTo('vacuum', 'clean_spot', 'cleaning', [1024]),
  entityService('vacuum', 'locate', { features: [512] }, () => undefined),
  entityService('vacuum', 'set_fan_speed', { fields: { fan_speed: z.string() }, features: [32] }, (vacuum, data, { write }) => {
    const speeds = texts(vacuum.attributes.fan_speed_list);
    if (speeds.includes(data.fan_speed)) vacuum.attributes = { ...vacuum.attributes, fan_speed: data.fan_speed };
    write(vacuum);
  }),
  goTo('lawn_mower', 'start_mowing', 'mowing', [1]),
  goTo('lawn_mower', 'pause', 'paused', [2]),
  goHome('lawn_mower', 'dock', [4]),
  entityService(
    'siren',
    'turn_on',
    {
      fields: { tone: z.union([z.string(), z.number()]).optional(), duration: z.number().optional(), volume_level: z.number().optional() },
      features: [1],
    },
    (siren, data, { write }) => {
      const tones = texts(siren.attributes.available_tones);
      if (data.tone !== undefined && !tones.includes(String(data.tone))) {
        throw serviceValidationError(
          `Invalid tone specified for entity ${siren.entity_id}: ${data.tone}, check the available_tones attribute for valid tones to pass in`,
        );
      }
      siren.state = 'on';
      write(siren);
    },
  ),
  goTo('siren', 'turn_off', 'off', [2]),
  entityService('siren', 'toggle', { features: [3] }, (siren, _data, { write }) => {
    siren.state = siren.state === 'on' ? 'off' : 'on';
    write(siren);
  }),
];
