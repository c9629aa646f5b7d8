import type { Entity } from '../../contract/home.ts';
import type { IntentMatch } from '../../contract/intent.ts';
import { actPlan, targetsOf } from './calls.ts';
import type { Skill, SkillView } from './skill.ts';
import { answer, fail } from './skill.ts';
import { subjectWithVerb, theEntity } from './wording.ts';

const SERVICES: Record<string, readonly [service: string, done: string]> = {
  HassMediaPause: ['media_player.media_pause', 'paused'],
  HassMediaUnpause: ['media_player.media_play', 'playing'],
  HassMediaNext: ['media_player.media_next_track', 'on the next track'],
  HassMediaPrevious: ['media_player.media_previous_track', 'on the previous track'],
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
  const level = entity.attributes.volume_level;
  return typeof level === 'number' ? Math.round(level * 100) : undefined;
};

const STEP_PERCENT = 10;

export const volume: Skill = {
  intents: ['HassSetVolume', 'HassSetVolumeRelative'],
  plan(match, view) {
    const { volume_level: level, volume_step: step } = match.slots;
    const targets = players(match, view);
    const change = step === 'up' ? STEP_PERCENT : step === 'down' ? -STEP_PERCENT : step;
    const wanted = (entity: Entity): number | undefined => {
      if (typeof level === 'number') return level;
      const now = volumeOf(entity);
      return typeof change === 'number' && now !== undefined ? Math.min(100, Math.max(0, now + change)) : undefined;
    };
    const [unknown] = targets.filter((entity) => wanted(entity) === undefined);
    if (unknown !== undefined) return fail('tool-failed', `I do not know how loud ${theEntity(unknown)} is.`);
    return actPlan(
      targets,
      view,
      (entity) => ({ service: 'media_player.volume_set', data: { volume_level: (wanted(entity) ?? 0) / 100 } }),
      (confirmed) =>
        confirmed.map((entity) => `${theEntity(entity)} is at ${volumeOf(view.entity(entity.id) ?? entity) ?? 0} %`).join(', '),
    );
  },
};

export const mediaSearch: Skill = {
  intents: ['HassMediaSearchAndPlay'],
  plan: () => answer('I have no music library to search yet.'),
};
