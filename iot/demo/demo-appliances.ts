import type { DemoDevice, Placement } from './demo-device.ts';

/** A relay: coffee machine, extractor. */
export function relay(placement: Placement, deviceClass = 'outlet'): DemoDevice {
  let state = 'OFF';
  const report: DemoDevice['report'] = (io) => io.say('state', state);
  return {
    ...placement,
    component: 'switch',
    config: { dev_cla: deviceClass, stat_t: '~/state', cmd_t: '~/set' },
    report,
    hear: (_topic, payload, io) => {
      if (payload === 'ON' || payload === 'OFF') state = payload;
      report(io);
    },
  };
}

/** A fan with `speeds` steps. */
export function speedFan(placement: Placement, speeds: number): DemoDevice {
  let state = 'OFF';
  let speed = speeds;
  const report: DemoDevice['report'] = (io) => {
    io.say('speed', String(state === 'ON' ? speed : 0));
    io.say('state', state);
  };
  return {
    ...placement,
    component: 'fan',
    config: { stat_t: '~/state', cmd_t: '~/set', pct_stat_t: '~/speed', pct_cmd_t: '~/set/speed', spd_rng_max: speeds },
    report,
    hear: (topic, payload, io) => {
      const wanted = Number(payload);
      if (topic === 'set/speed' && wanted >= 0 && wanted <= speeds) {
        state = wanted === 0 ? 'OFF' : 'ON';
        speed = wanted === 0 ? speed : Math.round(wanted);
      } else if (payload === 'ON' || payload === 'OFF') state = payload;
      report(io);
    },
  };
}

/** Heats or cools the room towards its target, a tenth of a degree at a time. */
export function thermostat(placement: Placement): DemoDevice {
  let mode = 'heat';
  let target = 20;
  let current = 19.2;
  const report: DemoDevice['report'] = (io) => {
    io.say('mode', mode);
    io.say('target', String(target));
    io.say('current', current.toFixed(1));
    io.say('action', mode === 'off' ? 'off' : current < target - 0.2 ? 'heating' : 'idle');
  };
  return {
    ...placement,
    component: 'climate',
    config: {
      modes: ['off', 'heat', 'cool', 'auto'],
      mode_cmd_t: '~/set/mode',
      mode_stat_t: '~/mode',
      temp_cmd_t: '~/set/target',
      temp_stat_t: '~/target',
      curr_temp_t: '~/current',
      act_t: '~/action',
      min_temp: 7,
      max_temp: 30,
      temp_step: 0.5,
    },
    report,
    hear: (topic, payload, io) => {
      const wanted = Number(payload);
      if (topic === 'set/target' && wanted >= 7 && wanted <= 30) target = Math.round(wanted * 2) / 2;
      else if (topic === 'set/mode' && ['off', 'heat', 'cool', 'auto'].includes(payload)) mode = payload;
      report(io);
    },
    live: (io) =>
      io.run(async () => {
        for (;;) {
          await io.sleep(20_000);
          const goal = mode === 'off' ? 17 : target;
          if (Math.abs(goal - current) < 0.1) continue;
          current += Math.sign(goal - current) * 0.1;
          report(io);
        }
      }),
  };
}

const programmes = ['The Evening News', 'A Walk in the Highlands', 'The Great Bread Contest', 'Planets'];

export function television(placement: Placement): DemoDevice {
  let state = 'off';
  let volume = 0.3;
  let muted = false;
  let programme = 0;
  const report: DemoDevice['report'] = (io) => {
    io.say('volume', String(volume));
    io.say('mute', muted ? 'ON' : 'OFF');
    io.say('title', programmes[programme] ?? '');
    io.say('state', state);
  };
  const press = (key: string): void => {
    if (key === 'ON' && state === 'off') state = 'idle';
    else if (key === 'OFF') state = 'off';
    else if (key === 'PLAY') state = 'playing';
    else if (key === 'PAUSE' && state !== 'off') state = 'paused';
    else if (key === 'STOP' && state !== 'off') state = 'idle';
    else if (key === 'NEXT') programme = (programme + 1) % programmes.length;
    else if (key === 'PREVIOUS') programme = (programme + programmes.length - 1) % programmes.length;
  };
  return {
    ...placement,
    component: 'media_player',
    config: {
      dev_cla: 'tv',
      cmd_t: '~/set',
      stat_t: '~/state',
      volume_command_topic: '~/set/volume',
      volume_state_topic: '~/volume',
      mute_command_topic: '~/set/mute',
      mute_state_topic: '~/mute',
      title_state_topic: '~/title',
    },
    report,
    hear: (topic, payload, io) => {
      const wanted = Number(payload);
      if (topic === 'set/volume' && wanted >= 0 && wanted <= 1) volume = wanted;
      else if (topic === 'set/mute') muted = payload === 'ON';
      else press(payload);
      report(io);
    },
  };
}

export function alarmPanel(placement: Placement): DemoDevice {
  let state = 'disarmed';
  const armed: Readonly<Record<string, string>> = {
    ARM_HOME: 'armed_home',
    ARM_AWAY: 'armed_away',
    ARM_NIGHT: 'armed_night',
    DISARM: 'disarmed',
  };
  const report: DemoDevice['report'] = (io) => io.say('state', state);
  return {
    ...placement,
    component: 'alarm_control_panel',
    config: {
      stat_t: '~/state',
      cmd_t: '~/set',
      code_arm_required: false,
      code_disarm_required: false,
      sup_feat: ['arm_home', 'arm_away', 'arm_night'],
    },
    report,
    hear: (_topic, payload, io) => {
      const wanted = Object.hasOwn(armed, payload) ? armed[payload] : undefined;
      if (wanted !== undefined) state = wanted;
      report(io);
    },
  };
}

/** A measuring sensor that drifts around `centre`. */
export function measuringSensor(
  placement: Placement,
  options: { deviceClass: string; unit: string; centre: number; spread: number },
): DemoDevice {
  let value = options.centre;
  const report: DemoDevice['report'] = (io) => io.say('state', JSON.stringify({ [options.deviceClass]: value }));
  return {
    ...placement,
    component: 'sensor',
    config: {
      dev_cla: options.deviceClass,
      unit_of_meas: options.unit,
      stat_cla: 'measurement',
      stat_t: '~/state',
      val_tpl: `{{ value_json.${options.deviceClass} | round(1) }}`,
    },
    report,
    hear: () => undefined,
    live: (io) =>
      io.run(async () => {
        for (;;) {
          await io.sleep(30_000 + 10_000 * io.random());
          value = Math.round((options.centre + (io.random() - 0.5) * 2 * options.spread) * 10) / 10;
          report(io);
        }
      }),
  };
}

/** Leak, smoke, contact, motion; a test makes it report by telling it `ON`. */
export function twoStateSensor(placement: Placement, deviceClass: string): DemoDevice {
  let state = 'OFF';
  const report: DemoDevice['report'] = (io) => io.say('state', state);
  return {
    ...placement,
    component: 'binary_sensor',
    config: { dev_cla: deviceClass, stat_t: '~/state' },
    report,
    hear: (_topic, payload, io) => {
      if (payload === 'ON' || payload === 'OFF') state = payload;
      report(io);
    },
  };
}

/** Sends its commands to other devices, in order. */
export function sceneOf(
  placement: Placement,
  commands: readonly (readonly [objectId: string, topic: string, payload: string])[],
): DemoDevice {
  return {
    ...placement,
    component: 'scene',
    config: { cmd_t: '~/set', pl_on: 'ON' },
    report: () => undefined,
    hear: (_topic, payload, io) => {
      if (payload === 'ON') for (const command of commands) io.tell(...command);
    },
  };
}
