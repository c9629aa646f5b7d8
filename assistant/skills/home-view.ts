import type { Clock } from '../../contract/clock.ts';
import type { Home } from '../../iot/home.ts';
import type { Phrasebook } from '../phrasebook.ts';
import type { TimerService } from '../timers/timer-service.ts';
import type { SkillView } from './skill.ts';

export interface HomeViewOptions {
  home: Home;
  timers: TimerService;
  phrasebook(): Phrasebook;
  clock: Clock;
  /** 0 ≤ x < 1, for the choice of wordings. */
  random(): number;
}

/** The skills' window on the home as it is at this moment. */
export function homeView(options: HomeViewOptions, room: string | undefined): SkillView {
  const { home, timers, clock } = options;
  return {
    entity: (entityId) => home.entity(entityId),
    entities: () => home.snapshot().entities.filter(({ exposed, hidden }) => exposed !== false && hidden !== true),
    area: (areaId) => home.area(areaId),
    areas: () => home.snapshot().areas,
    floors: () => home.snapshot().floors,
    bridges: () => home.bridges(),
    room,
    now: clock.now(),
    timers: () => timers.list(),
    examples: () =>
      options
        .phrasebook()
        .help()
        .flatMap(({ examples }) => examples.slice(0, 1)),
    pick: (wordings) => wordings[Math.floor(options.random() * wordings.length)] ?? wordings[0],
  };
}
