import type { Presence } from '../../contract/interface.ts';

/** What the orb does when sound is with it. */
export type SoundSource = 'heard' | 'spoken' | 'none';

/** All numbers 0–1 unless said otherwise, so that one look can glide into another. */
export interface OrbLook {
  /** Red, green, blue, 0–255. */
  red: number;
  green: number;
  blue: number;
  /** Light around the core. */
  glow: number;
  /** Turns a second of the rings. */
  spin: number;
  /** How far the rim waves without any sound. */
  ripple: number;
  /** How strongly sound moves it. */
  response: number;
  /** How far it swells and sinks. */
  breath: number;
  /** Share of the outer rings that is drawn. */
  rings: number;
  /** A bar across: not listening. */
  bar: number;
}

const base: OrbLook = {
  red: 96,
  green: 190,
  blue: 240,
  glow: 0.45,
  spin: 0.015,
  ripple: 0.12,
  response: 0,
  breath: 0.35,
  rings: 0.55,
  bar: 0,
};

const looks: Record<Presence, OrbLook> = {
  starting: { ...base, red: 120, green: 140, blue: 165, glow: 0.2, breath: 0.6, rings: 0.3 },
  idle: base,
  listening: { ...base, red: 64, green: 224, blue: 208, glow: 0.8, spin: 0.05, ripple: 0.2, response: 1, breath: 0.15, rings: 0.85 },
  thinking: { ...base, red: 150, green: 140, blue: 255, glow: 0.6, spin: 0.32, ripple: 0.3, breath: 0.2, rings: 1 },
  speaking: { ...base, red: 110, green: 200, blue: 255, glow: 0.85, spin: 0.05, ripple: 0.2, response: 1, breath: 0.1, rings: 0.8 },
  asking: { ...base, red: 255, green: 184, blue: 76, glow: 0.7, spin: 0.03, ripple: 0.1, response: 0.5, breath: 0.9, rings: 0.9 },
  muted: { ...base, red: 130, green: 140, blue: 155, glow: 0.1, spin: 0, ripple: 0, breath: 0, rings: 0.25, bar: 1 },
  error: { ...base, red: 255, green: 98, blue: 98, glow: 0.5, spin: 0, ripple: 0.05, breath: 0.3, rings: 0.35 },
};

/** Darker inks of the same hues, for a light page. */
const lightInks: Record<Presence, [number, number, number]> = {
  starting: [120, 132, 150],
  idle: [20, 118, 190],
  listening: [0, 140, 128],
  thinking: [98, 84, 220],
  speaking: [0, 110, 200],
  asking: [196, 112, 0],
  muted: [130, 138, 150],
  error: [206, 44, 44],
};

export function lookOf(presence: Presence, light: boolean): OrbLook {
  const look = looks[presence];
  if (!light) return look;
  const [red, green, blue] = lightInks[presence];
  return { ...look, red, green, blue };
}

export function soundSourceOf(presence: Presence): SoundSource {
  if (presence === 'speaking') return 'spoken';
  return presence === 'listening' || presence === 'asking' ? 'heard' : 'none';
}

/** Presences that hold still once they have been reached: nothing need be drawn. */
export function holdsStill(presence: Presence): boolean {
  return presence === 'muted';
}

/** `from` moved towards `to`, by `share` 0–1. */
export function blend(from: OrbLook, to: OrbLook, share: number): OrbLook {
  const between = (a: number, b: number) => a + (b - a) * share;
  return {
    red: between(from.red, to.red),
    green: between(from.green, to.green),
    blue: between(from.blue, to.blue),
    glow: between(from.glow, to.glow),
    spin: between(from.spin, to.spin),
    ripple: between(from.ripple, to.ripple),
    response: between(from.response, to.response),
    breath: between(from.breath, to.breath),
    rings: between(from.rings, to.rings),
    bar: between(from.bar, to.bar),
  };
}
