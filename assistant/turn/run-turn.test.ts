import { describe, expect, it } from 'vitest';
import { EntitySchema } from '../../contract/home.ts';
import type { Understanding } from '../../contract/intent.ts';
import type { ToolOutcome, ToolRequest } from '../../contract/tool.ts';
import type { TurnEventBody } from '../../contract/turn-event.ts';
import type { Gate } from '../../tools/gate.ts';
import type { Phrasebook } from '../phrasebook.ts';
import type { SkillView } from '../skills/skill.ts';
import { answersTo, type OpenQuestion } from './dialogue.ts';
import type { TurnServices } from './run-turn.ts';
import { runTurn } from './run-turn.ts';

const ENTITIES = [
  EntitySchema.parse({ id: 'light.bed', name: 'Bedroom Lamp', domain: 'light', state: 'off', area: 'bedroom' }),
  EntitySchema.parse({ id: 'light.desk', name: 'Desk Lamp', domain: 'light', state: 'off', area: 'office' }),
  EntitySchema.parse({ id: 'light.shelf', name: 'Shelf Lamp', domain: 'light', state: 'off', area: 'bedroom' }),
  EntitySchema.parse({ id: 'light.tall', name: 'Tall Lamp', domain: 'light', state: 'off', area: 'office' }),
  EntitySchema.parse({ id: 'lock.front', name: 'Front Door', domain: 'lock', state: 'locked' }),
];
const AREAS = [
  { id: 'bedroom', name: 'Bedroom', aliases: [] },
  { id: 'office', name: 'Office', aliases: ['study'] },
];

const view: SkillView = {
  entity: (id) => ENTITIES.find((each) => each.id === id),
  entities: () => ENTITIES,
  area: (id) => AREAS.find((each) => each.id === id),
  areas: () => AREAS,
  floors: () => [],
  bridges: () => [],
  room: undefined,
  now: 1_000,
  timers: () => [],
  examples: () => [],
  pick: ([first]) => first,
};

interface Scene {
  understandings: Record<string, Understanding>;
  outcome?: (request: ToolRequest) => ToolOutcome;
  open?: OpenQuestion;
  entry?: { reply?: string[]; tool?: string };
}

async function turn(
  text: string,
  scene: Scene,
): Promise<{ events: TurnEventBody[]; requests: ToolRequest[]; question: OpenQuestion | undefined }> {
  const requests: ToolRequest[] = [];
  const gate: Gate = {
    async call(request) {
      requests.push(request);
      return scene.outcome?.(request) ?? { outcome: 'confirmed' };
    },
  };
  const phrasebook: Phrasebook = {
    understand: (said) => scene.understandings[said] ?? { type: 'none', reason: 'no-match' },
    completeness: () => 'incomplete',
    grammar: () => '',
    help: () => [],
    entryOf: () => scene.entry,
  };
  const services: TurnServices = {
    phrasebook: () => phrasebook,
    gate,
    view: () => view,
    clock: { now: () => 1_000, monotonic: () => 0, sleep: async () => undefined },
    newId: () => `call-${requests.length + 1}`,
  };
  const events: TurnEventBody[] = [];
  const result = await runTurn(
    { turnId: 't', text, source: 'voice', dryRun: false },
    scene.open,
    services,
    (event) => events.push(event),
    new AbortController().signal,
  );
  return { events, requests, question: result.question };
}

const on = (target: string): Understanding => ({
  type: 'matched',
  matches: [{ intent: 'HassTurnOn', slots: { name: target }, targets: [target], confidence: 1 }],
});

describe('a turn', () => {
  it('goes from intent to tool to words', async () => {
    const { events } = await turn('lamp on', { understandings: { 'lamp on': on('light.bed') } });
    expect(events).toMatchInlineSnapshot(`
      [
        {
          "confidence": 1,
          "intent": "HassTurnOn",
          "slots": {
            "name": "light.bed",
          },
          "targets": [
            "light.bed",
          ],
          "type": "intent-matched",
        },
        {
          "input": {
            "data": {},
            "entityIds": [
              "light.bed",
            ],
            "service": "light.turn_on",
          },
          "requestId": "call-1",
          "tool": "home.call-service",
          "type": "tool-requested",
        },
        {
          "outcome": "confirmed",
          "requestId": "call-1",
          "tool": "home.call-service",
          "type": "tool-ended",
        },
        {
          "text": "The bedroom lamp is on.",
          "type": "reply-delta",
        },
        {
          "text": "The bedroom lamp is on.",
          "type": "reply-ended",
        },
      ]
    `);
  });

  it('judges the parts of a compound sentence one by one', async () => {
    const { events, requests } = await turn('both', {
      understandings: {
        both: {
          type: 'matched',
          matches: [
            { intent: 'HassTurnOn', slots: {}, targets: ['light.bed'], confidence: 1 },
            { intent: 'HassTurnOff', slots: {}, targets: ['lock.front'], confidence: 1 },
          ],
        },
      },
      outcome: (request) => (JSON.stringify(request.input).includes('lock') ? { outcome: 'denied' } : { outcome: 'confirmed' }),
    });
    expect(requests).toHaveLength(2);
    expect(events.at(-1)).toEqual({ type: 'reply-ended', text: 'The bedroom lamp is on. I have left the front door alone.' });
  });

  it('asks which one when two fit, and takes the answer', async () => {
    const ambiguous: Understanding = {
      type: 'ambiguous',
      match: { intent: 'HassTurnOn', slots: { name: 'lamp' }, targets: [], confidence: 1 },
      which: ['light.bed', 'light.desk'],
    };
    const asked = await turn('the lamp', { understandings: { 'the lamp': ambiguous } });
    expect(asked.events.at(-1)).toEqual({
      type: 'reply-ended',
      text: 'Which one: the bedroom lamp or the desk lamp?',
      expectsAnswer: true,
    });
    expect(asked.requests).toHaveLength(0);
    const answered = await turn('the one in the study', {
      understandings: {},
      ...(asked.question === undefined ? {} : { open: asked.question }),
    });
    expect(answered.events.at(-1)).toEqual({ type: 'reply-ended', text: 'The desk lamp is on.' });
  });

  it('asks for the room when many rooms are meant and none is known, and takes a room or "everywhere"', async () => {
    const targets = ['light.bed', 'light.desk', 'light.shelf', 'light.tall'];
    const lights: Understanding = {
      type: 'matched',
      matches: [{ intent: 'HassTurnOn', slots: { domain: 'light' }, targets, confidence: 1 }],
    };
    const asked = await turn('turn on the lights', { understandings: { 'turn on the lights': lights } });
    expect(asked.requests).toHaveLength(0);
    expect(asked.events.at(-1)).toEqual({ type: 'reply-ended', text: 'In which room, or everywhere?', expectsAnswer: true });
    const open = asked.question === undefined ? {} : { open: asked.question };
    const room = await turn('in the office', { understandings: {}, ...open });
    expect(room.requests.map((request) => request.input)).toEqual([expect.objectContaining({ entityIds: ['light.desk', 'light.tall'] })]);
    const all = await turn('everywhere', { understandings: {}, ...open });
    expect(all.requests.map((request) => request.input)).toEqual([expect.objectContaining({ entityIds: targets })]);
    const meant = await turn('turn on all the lights', { understandings: { 'turn on all the lights': lights } });
    expect(meant.requests).toHaveLength(1);
  });

  it('expects the answers in the words people use', () => {
    const open: OpenQuestion = {
      kind: 'choice',
      asked: 'Which one?',
      match: { intent: 'HassTurnOn', slots: {}, targets: [], confidence: 1 },
      which: ['light.bed', 'light.desk'],
      until: 31_000,
    };
    expect(answersTo(open, view)).toEqual(expect.arrayContaining(['the desk lamp', 'in the study', 'the bedroom one', 'everywhere']));
  });

  it('forgets an open question when something else is said', async () => {
    const open: OpenQuestion = {
      kind: 'choice',
      asked: 'Which one?',
      match: { intent: 'HassTurnOn', slots: {}, targets: [], confidence: 1 },
      which: ['light.bed', 'light.desk'],
      until: 31_000,
    };
    const { requests } = await turn('front door on', { understandings: { 'front door on': on('lock.front') }, open });
    expect(requests[0]?.input).toMatchObject({ service: 'lock.lock' });
  });

  it('says what it cannot do and what comes nearest', async () => {
    const { events } = await turn('fly', {
      understandings: { fly: { type: 'none', reason: 'no-match', nearest: 'turn on the desk lamp' } },
    });
    expect(events).toEqual([
      { type: 'turn-failed', failure: { code: 'no-match' } },
      { type: 'reply-delta', text: 'I cannot do that yet. You could say: turn on the desk lamp.' },
      { type: 'reply-ended', text: 'I cannot do that yet. You could say: turn on the desk lamp.' },
    ]);
  });

  it("calls the tool of a person's own sentence and fills the reply", async () => {
    const understandings: Record<string, Understanding> = {
      brew: { type: 'matched', matches: [{ intent: 'orderDrink', slots: { size: 'large' }, targets: [], confidence: 1 }] },
    };
    const { events, requests } = await turn('brew', { understandings, entry: { tool: 'coffee.brew', reply: ['A {size} one is coming.'] } });
    expect(requests[0]).toMatchObject({ tool: 'coffee.brew', input: { size: 'large' } });
    expect(events.at(-1)).toEqual({ type: 'reply-ended', text: 'A large one is coming.' });
  });

  it('takes no command out of a letter', async () => {
    const letter = `${'turn on the desk lamp. '.repeat(50)}`;
    const { requests, events } = await turn(letter, {
      understandings: {
        [letter]: { type: 'matched', matches: [{ intent: 'HassTurnOn', slots: {}, targets: ['light.desk'], confidence: 1 }] },
      },
    });
    expect(requests).toEqual([]);
    expect(events.at(0)).toMatchObject({ type: 'turn-failed', failure: { code: 'no-match' } });
  });

  it('claims nothing for an intent that nobody carries out', async () => {
    const understandings: Record<string, Understanding> = {
      brew: { type: 'matched', matches: [{ intent: 'orderDrink', slots: {}, targets: [], confidence: 1 }] },
    };
    const { events, requests } = await turn('brew', { understandings });
    expect(requests).toHaveLength(0);
    expect(events.at(-1)).toEqual({ type: 'reply-ended', text: 'I understood, but nothing is set up to do that.' });
  });
});
