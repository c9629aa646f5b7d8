/**
 * Words by which a name tells that a thing lets people in, keeps them out, wakes the street or cuts off what a house lives from. Used where the kind of
 * device does not tell: a press or a relay may move a door too. English, and what such things are called in the homes of our neighbours.
 */

/** One line of plain words: no accents, no signs, "GarageDoor" and "garage_door" as two words. */
export const plainWords = (text: string): string =>
  text
    .slice(0, 2000)
    .replace(/\p{Cf}/gu, '')
    .replace(/(\p{Ll})(?=\p{Lu})/gu, '$1 ')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const opening = [
  String.raw`un ?lock\w*|un ?latch\w*|un ?bolt\w*|dead ?bolt\w*`,
  String.raw`(?:garage|front|back|entry|entrance|main|house|side|patio|street|gate|yard)? ?door ?(?:opener|release|strike|buzzer|lock|latch|relay)\w*`,
  String.raw`open\w* (?:\w+ ){0,3}(?:door|gate|garage|barrier)s?|(?:door|gate|garage|barrier)s? (?:\w+ ){0,2}open(?:er|ing|s)?`,
  String.raw`buzz(?:er)? (?:\w+ )?in|let (?:\w+ ){1,2}in`,
  String.raw`turoffner|tueroffner|tuer ?oeffner|haustur (?:auf|offnen)|entriegel\w*|aufsperr\w*|deverrouill\w*|ouvre porte|gache|abrir (?:la )?puerta|portero|deuropener`,
].join('|');

const locks = `lock(?:s|ed|ing)?|padlock|latch|strike|smart ?lock|schloss|turschloss|serrure|cerradura|cerrojo|slot deur|serratura`;

const gates = String.raw`garage ?doors?|gates?|barriers?|boom|turnstile|portcullis|roller ?doors?|driveway door|garagentor\w*|hoftor|einfahrtstor|portail|porte de garage|porton|puerta del garaje|poort|garagedeur|cancello`;

const alarms = String.raw`(?:dis ?)?arm(?:ed|ing)?|alarms?|sirens?|burglar|intruder|panic|security(?: system)?|einbruch\w*|alarmanlage|alarme|alarma`;

const mains = String.raw`(?:gas|water|power|electric\w*|mains?) (?:main\w*|valve|tap|supply|shut ?off|cut ?off|breaker|switch off)|(?:main|mains) (?:water|gas|power|valve|tap|breaker|fuse|supply|switch|shut ?off)|stop ?cock|shut ?off valve|circuit breaker|gashahn|haupthahn|hauptschalter`;

const asWords = (...alternatives: string[]): RegExp => new RegExp(`\\b(?:${alternatives.join('|')})\\b`, 'u');

export const opensSomething = asWords(opening);
export const namesGuarded = asWords(opening, locks, gates, alarms, mains);
/** A name that says what it is for beyond doubt, though it says where too: "Gate light". */
export const namesHarmless =
  /\b(?:(?:child|key|keypad|button|panel|screen|baby|kids?) ?lock|alarm clock|wake ?up alarm|morning alarm|(?:lights?|lamps?|lanterns?|spotlights?|leds?|chime|camera|cameras|thermostat|heater|fan|battery|signal|sensor|led indicator))$/u;
/** Somebody speaks of a guarded thing; what is asked of a stranger's agent is judged more strictly than a name. */
export const speaksOfGuarded = asWords(
  opening,
  locks,
  gates,
  alarms,
  mains,
  `doors?|garages?|entrance|shutters?|valves?|safe|vault|secure|open up|front|haustur|tur|tor|porte|puerta`,
);
/** Water that runs in a garden. */
export const namesGarden =
  /\b(?:garden|irrigation|sprinkler\w*|lawn|zone|drip|bed|beds|greenhouse|plants?|trees?|hedge|hose|pots?|bewasserung|garten|rasen|jardin|arrosage|riego)\b/u;
