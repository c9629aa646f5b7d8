import { NUMBER_WORDS } from './number-words.ts';
import type { Rewriting } from './rewrite-words.ts';
import { rewritten } from './rewrite-words.ts';
import type { Word } from './words.ts';

/** What is to be done, by the word for how things are afterwards: "i want the tv paused". Likeliest first. */
const DONE: Record<string, readonly string[]> = {
  on: ['turn on THING'],
  off: ['turn off THING'],
  out: ['turn off THING'],
  open: ['open THING'],
  opened: ['open THING'],
  raised: ['open THING'],
  up: ['open THING'],
  closed: ['close THING'],
  shut: ['close THING'],
  drawn: ['close THING'],
  lowered: ['close THING'],
  down: ['close THING'],
  locked: ['lock THING'],
  'locked up': ['lock THING'],
  unlocked: ['unlock THING'],
  paused: ['pause THING'],
  muted: ['mute THING'],
  unmuted: ['unmute THING'],
  silenced: ['mute THING'],
  stopped: ['stop THING', 'pause THING'],
  playing: ['play THING', 'turn on THING'],
  going: ['play THING', 'start THING', 'turn on THING'],
  running: ['start THING', 'turn on THING'],
  started: ['start THING', 'turn on THING'],
  dimmed: ['dim THING'],
  brightened: ['brighten THING'],
  lit: ['turn on THING'],
  'lit up': ['turn on THING'],
  armed: ['arm THING'],
  cleaned: ['clean THING'],
  vacuumed: ['vacuum THING'],
  hoovered: ['vacuum THING'],
};
const WANT =
  '(?:(?:i|we) (?:want|need|would like|would love|would prefer|prefer)|(?:can|could|may|might) (?:i|we) (?:have|get)|let us have|get|have|make|bring|want|need)';
const NUMBER = `(?:${[...NUMBER_WORDS].join('|')})(?: (?:${[...NUMBER_WORDS].join('|')}|and a half))*`;
const UNIT = '(?:percent|degrees(?: celsius| fahrenheit| c| f)?|fahrenheit|celsius|kelvin)';
const PLACE = '(?<place>(?: (?:in|on|at) .+| upstairs| downstairs| outside)?)';
const ENSURE = '(?:make|be) (?:sure|certain)(?: that)?|ensure(?: that)?|see (?:to it )?that|check(?: that)?';

const wishes: Rewriting[] = Object.entries(DONE).flatMap(([state, sentences]): Rewriting[] => {
  const said = `(?:all |both )?(?:turned |switched |put |pulled |drawn )?${state}${PLACE}`;
  const placed = sentences.map((sentence) => `${sentence} PLACE`);
  return [
    [new RegExp(`^${WANT} (?<thing>.+?) (?:to (?:be|come|go|get) )?${said}$`, 'du'), ...placed],
    [new RegExp(`^(?:${ENSURE}) (?<thing>.+?) (?:is|are|gets|get) ${said}$`, 'du'), ...placed],
  ];
});

/** "the blinds need closing", "the lights have to be turned off". */
const VERBS: Record<string, string> = {
  turn: 'turning|turned',
  switch: 'switching|switched',
  close: 'closing|closed',
  open: 'opening|opened',
  shut: 'shutting|shut',
  lock: 'locking|locked',
  unlock: 'unlocking|unlocked',
  dim: 'dimming|dimmed',
  pause: 'pausing|paused',
  mute: 'muting|muted',
  clean: 'cleaning|cleaned',
  vacuum: 'hoovering|vacuuming|hoovered|vacuumed',
  set: 'setting|set',
};
const needs: Rewriting[] = Object.entries(VERBS).map(([verb, forms]) => [
  new RegExp(
    `^(?<thing>.+?) (?:needs?|wants?|has to|have to|must|needs? to|wants? to|ought to)(?: be)? (?:${forms})(?<rest>(?: .+)?)$`,
    'du',
  ),
  `${verb} THING REST`,
]);

/** "could the lights be dimmed", "can the garage door be closed". */
const passives: Rewriting[] = Object.entries(VERBS).map(([verb, forms]) => [
  new RegExp(`^(?:can|could|may|might|would|shall) (?<thing>.+?) (?:please )?be (?:${forms})(?<rest>(?: .+)?)$`, 'du'),
  `${verb} THING REST`,
]);

const OTHERS: readonly Rewriting[] = [
  // Nothing of a kind is wanted.
  [
    /^no (?:more )?(?<thing>(?:heating|heat|music|lights?|lighting|sound|air conditioning|ac|tv|radio|fans?)(?: .+)?)$/du,
    'turn off THING',
    'pause THING',
  ],
  [/^(?:can|could|may) (?:i|we) (?:have|get) (?:no (?:more )?)(?<thing>.+)$/du, 'turn off THING'],
  // Openings, by how far.
  [new RegExp(`^crack (?:open )?(?<thing>.+?)(?: open)? (?:by |to |at )?(?<value>${NUMBER} percent)$`, 'du'), 'open THING to VALUE'],
  [/^crack (?:open )?(?<thing>.+?)(?: open)?(?: slightly| a bit| a little)?$/du, 'open THING a crack'],
  [new RegExp(`^(?<verb>open|close) (?<thing>.+?) (?<value>${NUMBER} percent)$`, 'du'), 'VERB THING to VALUE'],
  [/^(?:leave|have|get|keep) (?<thing>.+?) (?:half|half way|halfway|partly) (?<verb>open|closed|down|up)$/du, 'open THING half way'],
  [/^(?:draw|pull|throw|fling|slide|push) (?:back|open) (?<thing>.+)$/du, 'open THING'],
  [/^(?:draw|pull|throw|fling|slide|push) (?<thing>.+?) (?:back|open|apart|wide open)$/du, 'open THING'],
  [/^(?:draw|pull|slide|push) (?<thing>.+?) (?:closed|shut|to|together)$/du, 'close THING'],
  [/^(?:slide|push|pull) (?:closed|shut) (?<thing>.+)$/du, 'close THING'],
  // On and off in other words.
  [/^(?:put|blow|snuff) out (?<thing>.+)$/du, 'turn off THING'],
  [/^(?:start|boot|fire|spin|crank|power) up (?<thing>.+)$/du, 'turn on THING', 'start THING'],
  [/^(?:start|boot|fire|spin|power) (?<thing>.+?) up$/du, 'turn on THING', 'start THING'],
  [/^(?:power|shut|wind) down (?<thing>.+)$/du, 'turn off THING', 'close THING'],
  [/^(?:shut|close|switch) (?<thing>.+?) (?:down|up|off)$/du, 'turn off THING', 'close THING'],
  [/^(?:kill|lose|ditch|cut|stop|end|nix|douse) (?<thing>.+)$/du, 'turn off THING'],
  [/^(?:let|have) (?<thing>.+?) (?:come on|go on|light up)$/du, 'turn on THING'],
  [/^(?:let|have) (?<thing>.+?) (?:go off|go out|go dark)$/du, 'turn off THING'],
  [/^(?:turn|switch) (?<state>on|off) the (?:power|electricity) (?:to|of|for|on|at) (?<thing>.+)$/du, 'turn STATE THING'],
  [/^cut (?:the )?(?:power|electricity) (?:to|of|for) (?<thing>.+)$/du, 'turn off THING'],
  [/^give (?<thing>.+?) (?:some )?(?:power|juice|electricity)$/du, 'turn on THING'],
  // What is to be more, first; the place or thing of a command first.
  [
    /^(?<degree>(?:a (?:bit|little|touch)|much|slightly|a lot) )?(?<how>louder|quieter|brighter|dimmer|darker|warmer|cooler|faster|slower) (?<thing>.+)$/du,
    'make THING DEGREE HOW',
  ],
  [/^(?:with|on|from) (?<thing>.+?) (?<rest>(?:turn|play|skip|go|pause|put|set|next|previous|resume) .+)$/du, 'REST on THING'],
  [/^(?:let|put|pull|bring|roll) (?<thing>.+?) down (?<place>(?:in|on|at) .+|upstairs|downstairs)$/du, 'close THING PLACE'],
  [/^(?:let|put|pull|bring|roll) (?<thing>.+?) up (?<place>(?:in|on|at) .+|upstairs|downstairs)$/du, 'open THING PLACE'],
  [/^(?<thing>.+?) (?:closed|shut)$/du, 'close THING'],
  [/^(?<thing>.+?) locked$/du, 'lock THING'],
  // A state and a place, without any verb.
  [/^(?<thing>.+?) (?<state>on|off) (?<place>(?:in|on|at) .+|upstairs|downstairs|outside)$/du, 'turn STATE THING PLACE'],
  [/^(?<thing>.+?) (?:open|up|raised) (?<place>(?:in|on|at) .+|upstairs|downstairs|outside)$/du, 'open THING PLACE'],
  [/^(?<thing>.+?) (?:closed|shut|down|lowered) (?<place>(?:in|on|at) .+|upstairs|downstairs|outside)$/du, 'close THING PLACE'],
  // Values in another place.
  [
    new RegExp(`^(?:make|set|put|have|get|keep) (?<thing>.+?) (?:at |on )?(?<value>${NUMBER} ${UNIT}|half|full|maximum|minimum)$`, 'du'),
    'set THING to VALUE',
  ],
  [
    /^(?:i|we) (?:want|need|would like|would love|prefer|would prefer) (?<thing>.+?) (?:at|on|to be|to be at) (?<value>.+)$/du,
    'set THING to VALUE',
  ],
  [new RegExp(`^(?:give|get|let) (?:me|us) (?<value>${NUMBER} percent) (?:on|of|from|in|for) (?<thing>.+)$`, 'du'), 'set THING to VALUE'],
  [
    /^(?:take|bring|drop|crank|knock|whack|get|have|put|move|push|pump) (?<thing>.+?) (?:up |down )?to (?<value>.+)$/du,
    'set THING to VALUE',
  ],
  [
    /^(?:change|switch|turn|put) (?<what>the color|the colour|the brightness|the temperature|the volume|the position) of (?<thing>.+?) (?:over )?to (?<value>.+)$/du,
    'set WHAT of THING to VALUE',
  ],
];

const REWRITINGS: readonly Rewriting[] = [...wishes, ...needs, ...passives, ...OTHERS];
/** A sentence with none of these words has no other form: most have not, and pay nothing. */
const HINT =
  /\b(?:want|wants|need|needs|like|love|prefer|have|has|get|let|make|must|ought|be|ensure|see|check|no|crack|leave|keep|draw|pull|throw|fling|slide|push|put|blow|snuff|start|boot|fire|spin|crank|power|shut|wind|close|switch|kill|lose|ditch|cut|stop|end|nix|douse|give|take|bring|drop|knock|whack|move|pump|open|change|turn|may|can|could|on|off|closed|up|raised|lowered|down|set|locked|would|shall|with|from|louder|quieter|brighter|dimmer|darker|warmer|cooler|faster|slower)\b/u;

/** Other ways to say what a command says: by what is to be so afterwards, by what has to be done, in another verb. */
export function* saidOtherwise(words: readonly Word[]): Generator<Word[]> {
  if (words.length > 16 || !words.some(({ text }) => HINT.test(text))) return;
  yield* rewritten(words, REWRITINGS);
}
