import { z } from 'zod';
import { hasFeature, numberOf, sentenceName, theName } from './entity-words.ts';
import { rule, type ServiceRule } from './service-rule.ts';

const nothing = z.strictObject({});
const positionRange = 'A position goes from 0 (closed) to 100 (open).';
const position = z.number().min(0, positionRange).max(100, positionRange);
const open = 1;
const close = 2;
const setPosition = 4;
const stop = 8;
const openTilt = 16;
const closeTilt = 32;
const stopTilt = 64;
const setTilt = 128;

/** Covers and valves are the same thing under two names. */
function openingRules(domain: 'cover' | 'valve'): Record<string, ServiceRule> {
  const openIt = rule(nothing, (entity) =>
    hasFeature(entity, open)
      ? {
          service: `${domain}.open_${domain}`,
          target: {
            states: ['open'],
            ...(numberOf(entity, 'current_position') !== undefined && { attributes: { current_position: 100 } }),
          },
        }
      : { refusal: `${sentenceName(entity)} cannot be opened from here.` },
  );
  const closeIt = rule(nothing, (entity) =>
    hasFeature(entity, close)
      ? {
          service: `${domain}.close_${domain}`,
          target: {
            states: ['closed'],
            ...(numberOf(entity, 'current_position') !== undefined && { attributes: { current_position: 0 } }),
          },
        }
      : { refusal: `${sentenceName(entity)} cannot be closed from here.` },
  );
  const moveIt = rule(z.strictObject({ position }), (entity, data) => {
    if (!hasFeature(entity, setPosition)) return { refusal: `${sentenceName(entity)} can only be opened and closed.` };
    const wanted = Math.round(data.position);
    return {
      service: `${domain}.set_${domain}_position`,
      data: { position: wanted },
      target: { states: [wanted === 0 ? 'closed' : 'open'], attributes: { current_position: wanted } },
    };
  });
  return {
    [`open_${domain}`]: openIt,
    [`close_${domain}`]: closeIt,
    [`set_${domain}_position`]: moveIt,
    [`stop_${domain}`]: rule(nothing, (entity) =>
      hasFeature(entity, stop)
        ? { target: { states: ['open', 'closed', 'stopped'] } }
        : { refusal: `${sentenceName(entity)} cannot be stopped.` },
    ),
    toggle: (entity, service, data) => (entity.state === 'closed' || entity.state === 'closing' ? openIt : closeIt)(entity, service, data),
  };
}

const tiltAll = (feature: number, tilt: 0 | 100): ServiceRule =>
  rule(nothing, (entity) => {
    if (!hasFeature(entity, feature)) return { refusal: `The slats of ${theName(entity)} cannot be turned from here.` };
    const seen = numberOf(entity, 'current_tilt_position') !== undefined;
    return { ...(seen && { target: { attributes: { current_tilt_position: tilt } } }) };
  });

/** The slats of blinds turn by themselves, beside the way up and down. */
const tiltRules: Record<string, ServiceRule> = {
  open_cover_tilt: tiltAll(openTilt, 100),
  close_cover_tilt: tiltAll(closeTilt, 0),
  set_cover_tilt_position: rule(z.strictObject({ tilt_position: position }), (entity, data) => {
    if (!hasFeature(entity, setTilt)) return { refusal: `The slats of ${theName(entity)} cannot be set to a position.` };
    const wanted = Math.round(data.tilt_position);
    return { data: { tilt_position: wanted }, target: { attributes: { current_tilt_position: wanted } } };
  }),
  stop_cover_tilt: rule(nothing, (entity) =>
    hasFeature(entity, stopTilt) ? { data: {} } : { refusal: `The slats of ${theName(entity)} cannot be stopped.` },
  ),
};

export const coverRules: Record<string, ServiceRule> = { ...openingRules('cover'), ...tiltRules };
export const valveRules = openingRules('valve');
