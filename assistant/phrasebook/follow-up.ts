import type { Entity } from '../../contract/home.ts';
import type { IntentMatch, SlotValue, Understanding } from '../../contract/intent.ts';
import type { ClauseReader } from './clause-reader.ts';
import type { CompiledHome } from './compiled-home.ts';
import { elliptic } from './elliptic.ts';
import { NUMBER_WORDS } from './number-words.ts';
import type { Matched } from './sentence-matcher.ts';
import type { Word } from './words.ts';
import { ARTICLES, spokenWords } from './words.ts';

/**
 * Sentences that say only what is different from the one before: "now the bedroom", "and upstairs?", "no, the hall", "the same in the kitchen",
 * "make that forty percent", "again". Nothing is guessed: what does not fit the sentence before is no follow-up.
 */

const phrases = (text: string): string[] => text.split(',').map((phrase) => phrase.trim());

/** Longer phrases come first. */
const LEADS = phrases(
  `and what about, and how about, and the same for, and the same with, and the same goes for, the same for, the same with, same for, same with, same goes for, do the same for, do the same with, do the same in, same in, the same in, do that for, do that to, do that in, do it for, do it in, and do, ok and now, ok now, and now also, and now, and also, and then, and the same for, and the same, do the same thing, do the same,
  the same thing, the same, same thing, same again, same, likewise, what about, how about, and, now, also, then, ok`,
);
const CORRECTIONS = phrases(
  `no sorry i meant, sorry i meant, no i meant, no i mean, no i said, no not that one, no not that, no not there, not that one, not that, no wait, no make that,
  no make it, no sorry, oh i meant, i meant, i mean, i said, actually make that, make that, actually make it, make it, set it to, wrong one, wait, rather, actually, sorry, no, oops`,
);
const TAILS = phrases(
  'as well please, as well, too please, too, instead please, instead, also, please, then, again, rather, this time, for me, thanks, thank you',
);
const AGAIN: ReadonlySet<string> = new Set(
  phrases(
    'again, do it again, once more, one more time, do that again, repeat that, same again, and again, again please, do that once more',
  ),
);
const OTHER: ReadonlySet<string> = new Set(phrases('other one, other, the other one, the other, other ones, the other ones'));

/** Intents that a bare "and the hall" can be said after: they do something to, or ask about, things of the home. */
const hasThings = ({ targets, intent }: IntentMatch): boolean => targets.length > 0 && !intent.includes('Timer');

/** What switching on and off may be said of, whichever of them was meant before. */
const SWITCHED: ReadonlySet<string> = new Set(
  'light switch fan media_player input_boolean climate humidifier siren group water_heater automation'.split(' '),
);

const HAS_DAY: ReadonlySet<string> = new Set(['HassGetWeather', 'JarvisGetEvents']);

/** "not the kitchen, the hall", "the hall, not the kitchen": what is meant in place of the other. */
function contrasted(words: readonly Word[], reader: ClauseReader): Word[] | undefined {
  const at = words.findIndex(({ text }) => text === 'not');
  if (at < 0) return undefined;
  if (at > 0) {
    const behind = words.slice(at + 1);
    return behind.length > 0 && reader.fragment('_thing', behind) !== undefined ? words.slice(0, at) : undefined;
  }
  for (let split = 2; split < words.length; split++) {
    const meant = words.slice(words[split]!.text === 'but' || words[split]!.text === 'i' ? split + 1 : split);
    if (reader.fragment('_thing', words.slice(1, split)) !== undefined && reader.fragment('_thing', meant) !== undefined) return meant;
  }
  return undefined;
}

function stripped(
  words: readonly Word[],
  starts: readonly string[],
  ends: readonly string[],
): { rest: Word[]; lead: boolean; tail: boolean } {
  let rest = [...words];
  const startsWith = (phrase: string[]): boolean =>
    phrase.length < rest.length && phrase.every((text, index) => rest[index]!.text === text);
  const endsWith = (phrase: string[]): boolean =>
    phrase.length < rest.length && phrase.every((text, index) => rest[rest.length - phrase.length + index]!.text === text);
  const lead = starts.map((phrase) => phrase.split(' ')).find(startsWith);
  if (lead !== undefined) rest = rest.slice(lead.length);
  const tail = ends.map((phrase) => phrase.split(' ')).find(endsWith);
  if (tail !== undefined) rest = rest.slice(0, rest.length - tail.length);
  return { rest, lead: lead !== undefined, tail: tail !== undefined };
}

/** Undefined where the text is no follow-up to what was said before. */
export function followUp(words: readonly Word[], before: readonly IntentMatch[], reader: ClauseReader): Understanding | undefined {
  const last = before.find(hasThings);
  const [newest] = before;
  if (newest === undefined || words.length > 14) return undefined;
  const text = words.map((word) => word.text).join(' ');
  if (AGAIN.has(text))
    return newest.question === undefined && !newest.intent.includes('Timer') ? { type: 'matched', matches: [newest] } : undefined;
  const corrected = stripped(words, CORRECTIONS, TAILS);
  const added = stripped(words, LEADS, TAILS);
  const plain = corrected.lead ? corrected : added;
  const instead = contrasted(words[0]?.text === 'no' ? words.slice(1) : plain.rest, reader) ?? contrasted(words, reader);
  const said = instead === undefined ? plain : { rest: stripped(instead, CORRECTIONS, TAILS).rest, lead: true, tail: false };
  const stepped = withStep(newest, text);
  if (stepped !== undefined) return { type: 'matched', matches: [stepped] };
  const answered = elliptic(words, newest, reader);
  if (answered !== undefined) return { type: 'matched', matches: [answered] };
  if (!said.lead && !said.tail) return undefined;
  const onDay = HAS_DAY.has(newest.intent) ? reader.fragment('_day', said.rest)?.match.slots.day : undefined;
  if (onDay !== undefined) return { type: 'matched', matches: [{ ...newest, slots: { ...newest.slots, day: onDay } }] };
  if (last === undefined) return undefined;
  const valued = withNewValue(said.rest, last, reader);
  if (valued !== undefined) return { type: 'matched', matches: [valued] };
  // "no, brighter", "actually close it": a command about the same things.
  const changed = corrected.lead ? reader.clause(said.rest) : undefined;
  if (changed?.by === 'before') return { type: 'matched', matches: [changed.match] };
  const asked = last.question === 'what' ? alsoAsked(said.rest, last, reader) : undefined;
  if (asked !== undefined) return { type: 'matched', matches: [asked] };
  if (OTHER.has(said.rest.map((word) => word.text).join(' '))) return theOther(last, reader.matcher.compiled);
  const things = [];
  for (const part of partsOf(said.rest)) {
    const thing = numbered(part, last, reader) ?? ownersThings(part, reader) ?? reader.fragment('_thing', part);
    if (thing === undefined) return undefined;
    things.push(thing);
  }
  if (things.length === 0) return undefined;
  const matches: IntentMatch[] = [];
  for (const thing of things) {
    const moved = aimedAt(last, thing, reader.matcher.compiled);
    if (moved === undefined) return undefined;
    if (moved.which.length > 1) return { type: 'ambiguous', match: moved.match, which: moved.which };
    if (moved.match.targets.length === 0)
      return { type: 'none', reason: 'no-target', detail: reader.text.slice(said.rest[0]!.start, said.rest.at(-1)!.end) };
    matches.push(moved.match);
  }
  // Who corrects what was done wants the wrong thing to be as it was.
  const isMistake = (corrected.lead || instead !== undefined) && newest === last && last.question === undefined;
  const wrong = last.targets.filter((id) => !matches.some(({ targets }) => targets.includes(id)));
  const undo: IntentMatch[] =
    isMistake && wrong.length === last.targets.length ? [{ intent: 'JarvisUndo', slots: {}, targets: wrong, confidence: 1 }] : [];
  return { type: 'matched', matches: [...undo, ...matches] };
}

const CANCEL =
  /^(?:(?:no|actually|wait|sorry|oh|please|ok) )*(?:cancel|stop|forget|scrap|drop) (?:that|it|the timer|this|about it)(?: please)?$/u;

/** "cancel that" behind a command that still waits: its timer is meant. Undefined for anything else. */
export function cancelledCommand(words: readonly Word[], before: readonly IntentMatch[]): IntentMatch | undefined {
  const [newest] = before;
  const isDelayed = newest?.slots.conversation_command !== undefined || newest?.when?.delaySeconds !== undefined;
  return newest !== undefined && isDelayed && CANCEL.test(words.map(({ text }) => text).join(' ')) ? cancelled(newest) : undefined;
}

/** What undoes a delayed command: its timer goes, found by its length. */
function cancelled(delayed: IntentMatch): IntentMatch {
  const { hours, minutes, seconds } = delayed.slots;
  const after = delayed.when?.delaySeconds;
  const length =
    after === undefined
      ? { hours, minutes, seconds }
      : { hours: Math.floor(after / 3600), minutes: Math.floor(after / 60) % 60, seconds: after % 60 };
  const slots = Object.entries(length).flatMap(([unit, value]) =>
    value === undefined || value === 0 ? [] : [[`start_${unit}`, value] as const],
  );
  return { intent: 'HassCancelTimer', slots: Object.fromEntries(slots), targets: [], confidence: 1 };
}

/** "and ben's": what is in Ben's room. */
function ownersThings(words: readonly Word[], reader: ClauseReader): Matched | undefined {
  const area = reader.matcher.compiled.areaOf(
    words.map(({ text }) => text),
    undefined,
  );
  const [first] = words;
  if (area === undefined || first === undefined) return undefined;
  return reader.fragment('_thing', [{ ...first, text: 'in' }, ...spokenWords(area.name).map((text) => ({ ...first, text }))]);
}

/** "and number two", after Office light 1. */
function numbered(words: readonly Word[], last: IntentMatch, reader: ClauseReader): Matched | undefined {
  const { name } = last.slots;
  const [first] = words;
  const at = words.findIndex(({ text }) => text !== 'number' && !ARTICLES.has(text));
  if (first === undefined || at < 0 || typeof name !== 'string' || !NUMBER_WORDS.has(words[at]!.text)) return undefined;
  const named = spokenWords(name);
  if (!NUMBER_WORDS.has(named.at(-1) ?? '')) return undefined;
  return reader.fragment('_thing', [...named.slice(0, -1).map((text) => ({ ...first, text })), ...words.slice(at)]);
}

/** "what is the temperature in the hall", then "and the humidity": asked of the same place. */
function alsoAsked(words: readonly Word[], last: IntentMatch, reader: ClauseReader): IntentMatch | undefined {
  const area = last.slots.area;
  const [first] = words;
  if (first === undefined) return undefined;
  const as = (text: string): Word => ({ ...first, text });
  // "how warm is it in the kitchen", then "and outside".
  if (last.intent === 'HassClimateGetTemperature' && OUT.has(words.map(({ text }) => text).join(' '))) {
    return (
      reader.question(['what', 'is', 'the', 'temperature', 'outside'].map(as)) ??
      reader.sentence(['how', 'warm', 'is', 'it', 'outside'].map(as))
    )?.match;
  }
  if (typeof area !== 'string') return undefined;
  const asked = reader.sentence([as('what'), as('is'), ...words, as('in'), ...spokenWords(area).map(as)]);
  return asked?.match.question === 'what' && asked.match.targets.length > 0 ? asked.match : undefined;
}

const OUT: ReadonlySet<string> = new Set(['outside', 'outdoors', 'out', 'in the garden', 'out there']);

const MORE =
  /^(?:(?:no|and|even|still|yes|ok|please) )*(?:(?:a (?:little |tiny )?(?:bit|little|touch|notch)|slightly|much|a lot|some) )?(?<word>more|further|less)(?: (?:please|again|than that))*$/u;
const TOO_MUCH =
  /^(?:(?:no|oh|ok) )*(?:(?:that is|it is) )?(?:a bit |way |far |much )?(?<word>too much|too far|not enough|not so much)(?: please)?$/u;
const STEP_OF: Record<string, string> = {
  brightness: 'brightness_step',
  percentage: 'percentage_step',
  position: 'position_step',
  temperature: 'temperature_step',
};
const STEPS = ['brightness_step', 'percentage_step', 'position_step', 'volume_step', 'temperature_step', 'kelvin_step'];

/** "a bit more", "that is too much": the last step again, or back. A value that was set is moved up or down a little. */
function withStep(newest: IntentMatch, text: string): IntentMatch | undefined {
  const said = MORE.exec(text)?.groups?.word ?? TOO_MUCH.exec(text)?.groups?.word;
  if (said === undefined || newest.question !== undefined || newest.targets.length === 0) return undefined;
  const isBack = said === 'less' || said === 'too much' || said === 'too far' || said === 'not so much';
  const step = STEPS.find((slot) => newest.slots[slot] !== undefined);
  if (step !== undefined) {
    const before = newest.slots[step]!;
    const size = before === 'up' ? 10 : before === 'down' ? -10 : Number(before);
    return { ...newest, slots: { ...newest.slots, [step]: isBack ? -size / 2 : size } };
  }
  const whole = Object.keys(STEP_OF).find((slot) => typeof newest.slots[slot] === 'number');
  // A colour temperature has no step.
  if (whole === undefined || (whole === 'temperature' && newest.intent !== 'HassClimateSetTemperature')) return undefined;
  const { [whole]: _value, ...slots } = newest.slots;
  const size = whole === 'temperature' ? 1 : 10;
  return { ...newest, slots: { ...slots, [STEP_OF[whole]!]: isBack ? -size : size } };
}

function partsOf(words: readonly Word[]): Word[][] {
  const parts: Word[][] = [[]];
  for (const word of words) {
    if (word.text === 'and') parts.push([]);
    else parts.at(-1)!.push(word);
  }
  return parts.filter((part) => part.length > 0);
}

const MEASURED_BY: Record<string, readonly string[]> = {
  HassClimateGetTemperature: ['climate', 'sensor.temperature'],
  JarvisGetHistory: ['climate', 'sensor.temperature'],
};

/** The sentence before, about another thing or place; undefined where it cannot be said of that. */
function aimedAt(last: IntentMatch, thing: Matched, compiled: CompiledHome): { match: IntentMatch; which: string[] } | undefined {
  const old = last.targets.flatMap((id) => compiled.entity(id) ?? []);
  const {
    name: _name,
    area: _area,
    floor: _floor,
    except_name: _n,
    except_area: _a,
    except_floor: _f,
    domain,
    device_class: deviceClass,
    ...kept
  } = last.slots;
  // A thermostat and a thermometer both know how warm it is.
  const kinds = new Set([...old.map(kindOf), ...(MEASURED_BY[last.intent] ?? [])]);
  const isSame = (entity: Entity): boolean => kinds.has(kindOf(entity));
  const make = (slots: Record<string, SlotValue>, targets: string[]): IntentMatch => ({
    ...last,
    slots: { ...kept, ...slots },
    targets,
    confidence: Math.min(last.confidence, thing.match.confidence),
    ...(last.question === 'is' && targets.length > 1 ? { question: 'any' as const } : {}),
  });
  const { slots } = thing.match;
  if (thing.by === 'name') {
    const found = thing.match.targets.flatMap((id) => compiled.entity(id) ?? []);
    const fitting = found.filter((entity) => isSame(entity) || isAsGood(last, old, entity));
    if (fitting.length === 0) return undefined;
    const alike = fitting.filter(isSame);
    const meant = alike.length > 0 ? alike : fitting;
    const ids = meant.map(({ id }) => id);
    return { match: make({ name: meant[0]!.name }, ids), which: meant.length > 1 ? ids : [] };
  }
  const place = Object.fromEntries(['area', 'floor'].flatMap((slot) => (slots[slot] === undefined ? [] : [[slot, slots[slot]]])));
  if (slots.domain !== undefined) {
    const all = thing.match.targets.flatMap((id) => compiled.entity(id) ?? []);
    // "close the living room blinds", then "and the curtains": those of the same room, where it has some.
    const rooms = new Set(old.map(({ area }) => area));
    const there = thing.by === 'kind' && rooms.size === 1 ? all.filter(({ area }) => area !== undefined && rooms.has(area)) : [];
    const found = there.length > 0 ? there : all;
    if (found.length === 0 || !found.every((entity) => isSame(entity) || isAsGood(last, old, entity))) return undefined;
    const kind = Object.fromEntries(['domain', 'device_class'].flatMap((slot) => (slots[slot] === undefined ? [] : [[slot, slots[slot]]])));
    const says = last.intent === 'HassTurnOn' || last.intent === 'HassTurnOff';
    return {
      match: make(
        { ...place, ...(says ? kind : {}) },
        found.map(({ id }) => id),
      ),
      which: [],
    };
  }
  const there = compiled.home.entities.filter((entity) => isSame(entity) && compiled.isInPlace(entity, slots));
  const [only] = old;
  // "the night light in Ben's room", then "and in Olivia's": hers has the same name.
  const alike = old.length === 1 ? there.filter(({ name }) => name === only?.name) : [];
  if (alike.length > 0) return { match: make({ ...place, name: alike[0]!.name }, [alike[0]!.id]), which: [] };
  const targets = there.map(({ id }) => id);
  const says = only !== undefined && (last.intent === 'HassTurnOn' || last.intent === 'HassTurnOff');
  const kind = says
    ? {
        domain: domain ?? only.domain,
        ...(only.domain === 'cover' && only.device_class !== undefined ? { device_class: deviceClass ?? only.device_class } : {}),
      }
    : { ...(domain === undefined ? {} : { domain }), ...(deviceClass === undefined ? {} : { device_class: deviceClass }) };
  return { match: make({ ...place, ...kind }, targets), which: [] };
}

const kindOf = ({ domain, device_class }: Entity): string =>
  domain === 'cover' || domain === 'sensor' || domain === 'binary_sensor' ? `${domain}.${device_class ?? ''}` : domain;

/** Another kind of thing that the same can be said of. */
function isAsGood(last: IntentMatch, old: readonly Entity[], entity: Entity): boolean {
  if (last.question !== undefined) return true;
  if (last.intent === 'HassTurnOn' || last.intent === 'HassTurnOff') {
    return SWITCHED.has(entity.domain)
      ? old.every(({ domain }) => SWITCHED.has(domain))
      : old.every(({ domain }) => domain === entity.domain);
  }
  return old.every(({ domain }) => domain === entity.domain);
}

/** "the other one": the only other thing of that kind in the same room. */
function theOther(last: IntentMatch, compiled: CompiledHome): Understanding | undefined {
  const [old] = last.targets.flatMap((id) => compiled.entity(id) ?? []);
  if (old === undefined || last.targets.length !== 1) return undefined;
  const others = compiled.home.entities.filter(
    (entity) => entity.id !== old.id && kindOf(entity) === kindOf(old) && entity.area === old.area,
  );
  const alike = others.filter(({ name }) => name === old.name);
  const meant = alike.length > 0 ? alike : others;
  const [only] = meant;
  if (only === undefined) return undefined;
  const match: IntentMatch = { ...last, slots: { ...last.slots, name: only.name }, targets: meant.map(({ id }) => id) };
  return meant.length > 1 ? { type: 'ambiguous', match, which: match.targets } : { type: 'matched', matches: [match] };
}

const VALUE_SLOTS: Record<string, readonly string[]> = {
  percent: ['brightness', 'percentage', 'position', 'volume_level'],
  degrees: ['temperature'],
  color: ['color'],
  kelvin: ['temperature'],
};

/** "no, fifty percent", "make that blue": the same with another value. A bare number counts where the sentence before had one. */
function withNewValue(words: readonly Word[], last: IntentMatch, reader: ClauseReader): IntentMatch | undefined {
  const value = reader.fragment('_value', words) ?? bareNumber(words, last, reader);
  if (value === undefined) return undefined;
  const [said] = Object.entries(value.match.slots);
  if (said === undefined) return undefined;
  const slot = VALUE_SLOTS[said[0]]?.find((one) => last.slots[one] !== undefined);
  if (slot !== undefined) return { ...last, slots: { ...last.slots, [slot]: said[1] } };
  const isLight = last.question === undefined && last.targets.every((id) => id.startsWith('light.'));
  if (!isLight || said[0] === 'degrees') return undefined;
  const { name, area, floor } = last.slots;
  const place = Object.fromEntries(Object.entries({ name, area, floor }).flatMap(([key, one]) => (one === undefined ? [] : [[key, one]])));
  const key = said[0] === 'percent' ? 'brightness' : said[0] === 'kelvin' ? 'temperature' : 'color';
  return { ...last, intent: 'HassLightSet', slots: { ...place, [key]: said[1] } };
}

function bareNumber(words: readonly Word[], last: IntentMatch, reader: ClauseReader): Matched | undefined {
  const unit = last.slots.temperature !== undefined ? 'degrees' : 'percent';
  const isNumbered = VALUE_SLOTS[unit]!.some((slot) => typeof last.slots[slot] === 'number');
  const end = words.at(-1);
  return isNumbered && end !== undefined ? reader.fragment('_value', [...words, { ...end, text: unit }]) : undefined;
}
