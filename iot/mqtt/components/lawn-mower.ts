import type { ComponentFactory } from '../component.ts';
import { tell, Wiring } from '../wiring.ts';

const states = ['mowing', 'paused', 'docked', 'returning', 'error'];

export const lawnMower: ComponentFactory = (raw, tools) => {
  const wiring = new Wiring(raw, tools);
  wiring.states('activity_state', new Map(states.map((state) => [state, state])));
  const send = {
    start_mowing: wiring.send('start_mowing_command'),
    pause: wiring.send('pause_command'),
    dock: wiring.send('dock_command'),
  };
  return {
    state: 'unknown',
    attributes: { supported_features: (send.start_mowing ? 1 : 0) + (send.pause ? 2 : 0) + (send.dock ? 4 : 0) },
    subscriptions: wiring.subscriptions,
    tells: wiring.tells,
    command: ({ service }, entity) =>
      tell(
        entity,
        service,
        Object.entries(send).map(([name, each]) => [each, service === `lawn_mower.${name}` ? name : undefined]),
      ),
  };
};
