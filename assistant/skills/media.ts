import type { Entity } from '../../contract/home.ts';
import type { IntentMatch } from '../../contract/intent.ts';
import { actPlan, targetsOf } from './calls.ts';
import { clamped, numeric, wordList } from './numeric.ts';
import type { Skill, SkillView } from './skill.ts';
import { answer, fail } from './skill.ts';
import { isOrAre, listed, subjectWithVerb, theEntity } from './wording.ts';

const SERVICES: Record<string, readonly [service: string, done: string]> = {
  HassMediaPause: ['media_player.media_pause', 'paused'],
  HassMediaUnpause: ['media_player.media_play', 'playing'],
  HassMediaNext: ['media_player.media_next_track', 'on the next track'],
  HassMediaPrevious: ['media_player.media_previous_track', 'on the previous track'],
  HassMediaStop: ['media_player.media_stop', 'stopped'],
  HassMediaPlayerMute: ['media_player.volume_mute', 'muted'],
  HassMediaPlayerUnmute: ['media_player.volume_mute', 'unmuted'],
};

/** Named players; else the ones that play, here first; else the one player there is here. */
function players(match: IntentMatch, view: SkillView): Entity[] {
  const named = targetsOf(match, view).filter((entity) => entity.domain === 'media_player');
  if (named.length === 1 || match.slots.name !== undefined || match.slots.area !== undefined) return named;
  const all = named.length > 0 ? named : view.entities().filter((entity) => entity.domain === 'media_player' && entity.available);
  const here = all.filter((entity) => entity.area === view.room);
  for (const pool of [here, all]) {
    const active = pool.filter((entity) => entity.state === 'playing' || entity.state === 'paused');
    if (active.length > 0) return active.slice(0, 1);
    const on = pool.filter((entity) => entity.state !== 'off');
    if (on.length > 0) return on.slice(0, 1);
  }
  return (here.length > 0 ? here : all).slice(0, 1);
}

export const media: Skill = {
  intents: Object.keys(SERVICES),
  plan(match, view) {
    const [service, done] = SERVICES[match.intent] ?? ['media_player.media_pause', 'paused'];
    const data = service.endsWith('volume_mute') ? { is_volume_muted: match.intent === 'HassMediaPlayerMute' } : {};
    return actPlan(
      players(match, view),
      view,
      () => ({ service, data }),
      (confirmed) => `${subjectWithVerb(confirmed, view)} ${done}`,
    );
  },
};

/** Percent now, from Home Assistant's 0–1 `volume_level`. */
const volumeOf = (entity: Entity): number | undefined => {
  const level = numeric(entity.attributes.volume_level);
  return level === undefined ? undefined : Math.round(level * 100);
};

const STEP_PERCENT = 10;

export const volume: Skill = {
  intents: ['HassSetVolume', 'HassSetVolumeRelative'],
  plan(match, view) {
    const { volume_level: level, volume_step: step } = match.slots;
    const change = step === 'up' ? STEP_PERCENT : step === 'down' ? -STEP_PERCENT : step;
    if (typeof level !== 'number' && typeof change !== 'number') return fail('no-match');
    const wanted = (entity: Entity): number | undefined => {
      if (typeof level === 'number') return level;
      const now = volumeOf(entity);
      return now === undefined ? undefined : clamped(now + Number(change), 0, 100);
    };
    const goals = new Map(players(match, view).map((entity) => [entity.id, wanted(entity)]));
    return actPlan(
      players(match, view),
      view,
      (entity) => {
        const goal = goals.get(entity.id);
        // A player that does not say how loud it is can still be told to be louder.
        if (goal === undefined) return { service: `media_player.volume_${Number(change) > 0 ? 'up' : 'down'}` };
        return { service: 'media_player.volume_set', data: { volume_level: goal / 100 } };
      },
      (confirmed) =>
        listed(
          confirmed.map((entity) => {
            const goal = goals.get(entity.id);
            if (goal === undefined) return `${theEntity(entity)} ${isOrAre(entity.name)} ${Number(change) > 0 ? 'louder' : 'quieter'}`;
            return `the volume of ${theEntity(entity)} is ${goal} %`;
          }),
        ),
    );
  },
};

/** Sources that a player lists can be chosen; music itself is not searched. */
export const mediaSearch: Skill = {
  intents: ['HassMediaSearchAndPlay'],
  plan(match, view) {
    const query = match.slots.search_query;
    const source = (entity: Entity): string | undefined =>
      wordList(entity.attributes.source_list).find((each) => each.toLowerCase() === String(query).toLowerCase());
    const able = players(match, view).filter((entity) => source(entity) !== undefined);
    if (able.length === 0) return answer('I have no music library to search yet.');
    return actPlan(
      able,
      view,
      (entity) => ({ service: 'media_player.select_source', data: { source: source(entity) } }),
      (confirmed) => `${subjectWithVerb(confirmed, view)} on ${source(confirmed[0]!) ?? String(query)}`,
    );
  },
};
