import type { DemoDevice, DeviceIo, Placement } from './demo-device.ts';

/** Steps in which a cover tells its position on the way. */
const stepsOfWay = 20;

/** Blinds or a garage door: takes `fullWayMs` of device time from end to end, tells its position on the way, can be stopped. */
export function mover(
  placement: Placement,
  options: { deviceClass: string; fullWayMs: number; opened?: number; positionable?: boolean },
): DemoDevice {
  let position = options.opened ?? 0;
  let state = position === 0 ? 'closed' : 'open';
  let motion: AbortController | undefined;
  const report: DemoDevice['report'] = (io) => {
    io.say('position', String(Math.round(position)));
    io.say('state', state);
  };

  const moveTo = (wanted: number, io: DeviceIo): void => {
    motion?.abort();
    const mine = new AbortController();
    motion = mine;
    io.run(async (signal) => {
      const stop = AbortSignal.any([signal, mine.signal]);
      while (Math.abs(position - wanted) > 0.01) {
        state = wanted > position ? 'opening' : 'closing';
        report(io);
        await io.sleep(options.fullWayMs / stepsOfWay, stop);
        const step = 100 / stepsOfWay;
        position = wanted > position ? Math.min(wanted, position + step) : Math.max(wanted, position - step);
      }
      state = position === 0 ? 'closed' : 'open';
      report(io);
    });
  };

  return {
    ...placement,
    component: 'cover',
    config: {
      dev_cla: options.deviceClass,
      stat_t: '~/state',
      pos_t: '~/position',
      cmd_t: '~/set',
      ...(options.positionable !== false && { set_pos_t: '~/set/position' }),
    },
    report,
    hear: (topic, payload, io) => {
      const wanted = Number(payload);
      if (topic === 'set/position' && wanted >= 0 && wanted <= 100) moveTo(wanted, io);
      else if (payload === 'OPEN') moveTo(100, io);
      else if (payload === 'CLOSE') moveTo(0, io);
      else if (payload === 'STOP') {
        motion?.abort();
        state = position < 0.5 ? 'closed' : 'open';
        report(io);
      }
    },
  };
}

export interface LockControl {
  jammed: boolean;
}

/** A bolt that takes a second, and jams when told so by `control`. */
export function doorLock(placement: Placement, control: LockControl): DemoDevice {
  let state = 'LOCKED';
  let turning: AbortController | undefined;
  const report: DemoDevice['report'] = (io) => io.say('state', state);
  const turn = (way: 'LOCKING' | 'UNLOCKING', end: 'LOCKED' | 'UNLOCKED', io: DeviceIo): void => {
    turning?.abort();
    const mine = new AbortController();
    turning = mine;
    io.run(async (signal) => {
      state = way;
      report(io);
      await io.sleep(900, AbortSignal.any([signal, mine.signal]));
      state = control.jammed ? 'JAMMED' : end;
      report(io);
    });
  };
  return {
    ...placement,
    component: 'lock',
    config: { stat_t: '~/state', cmd_t: '~/set' },
    report,
    hear: (_topic, payload, io) => {
      if (payload === 'LOCK') turn('LOCKING', 'LOCKED', io);
      else if (payload === 'UNLOCK') turn('UNLOCKING', 'UNLOCKED', io);
    },
  };
}

/** Drives to clean and back to its dock. */
export function robotVacuum(placement: Placement): DemoDevice {
  let state = 'docked';
  let journey: AbortController | undefined;
  const report: DemoDevice['report'] = (io) => io.say('state', JSON.stringify({ state, battery_level: 87 }));
  return {
    ...placement,
    component: 'vacuum',
    config: { stat_t: '~/state', cmd_t: '~/set', sup_feat: ['start', 'pause', 'stop', 'return_home', 'locate'] },
    report,
    hear: (_topic, payload, io) => {
      const next: Record<string, string> = { start: 'cleaning', pause: 'paused', stop: 'idle', return_to_base: 'returning' };
      const wanted = Object.hasOwn(next, payload) ? next[payload] : undefined;
      if (wanted === undefined) return;
      journey?.abort();
      state = wanted === 'returning' && state === 'docked' ? 'docked' : wanted;
      report(io);
      if (state !== 'returning') return;
      const mine = new AbortController();
      journey = mine;
      io.run(async (signal) => {
        await io.sleep(6000, AbortSignal.any([signal, mine.signal]));
        state = 'docked';
        report(io);
      });
    },
  };
}
