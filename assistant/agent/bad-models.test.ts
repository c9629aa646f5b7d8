import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { playAgent, type StageTool } from '../../tests/fakes/agent-stage.ts';
import type { ScriptedStep } from '../../tests/fakes/scripted-router.ts';

const notes: StageTool = {
  name: 'notes.read',
  risk: 'observe',
  title: 'Read a note',
  input: z.strictObject({ name: z.string(), lines: z.number().int().optional() }),
  run: () => ({ outcome: 'confirmed', output: { text: 'Milk is at the corner shop.' } }),
};
const lamp: StageTool = { name: 'lamp.set', risk: 'change', title: 'Set the lamp', input: z.strictObject({ level: z.number() }) };
const web: StageTool = { name: 'web.read', risk: 'observe', title: 'Read a page' };
const tools = [notes, lamp, web];
const read = (name = 'shop'): ScriptedStep => ({ calls: [{ tool: 'notes_read', input: { name } }] });

describe('what a model gets wrong', () => {
  it('is told in words, before anything reaches the gate', async () => {
    const { model, events, ran } = await playAgent('read the note', {
      tools,
      script: [
        {
          calls: [
            { tool: 'notes_read', input: '{"name": "shop"' },
            { tool: 'notes_read', input: '["shop"]' },
            { tool: 'notes_read', input: { name: 7, more: true } },
            { tool: 'read_notes', input: {} },
          ],
        },
        read(),
        'At the shop.',
      ],
    });
    const [broken, list, misfit, unknown] = model.resultsAt(1);
    expect(broken).toMatch(/^The input is not valid JSON/u);
    expect(list).toBe('The input must be a JSON object.');
    expect(misfit).toMatch(/name: .*string/u);
    expect(unknown).toBe('There is no function called read_notes. There is: notes_read, web_read.');
    expect(ran).toHaveLength(1);
    expect(events.filter(({ type }) => type === 'tool-requested')).toHaveLength(1);
  });

  it('ends a model that makes the same call again and again', async () => {
    const { model, ran, reply, log } = await playAgent('read the note', { tools, script: [read()] });
    expect(ran).toHaveLength(1);
    expect(model.resultsAt(2)[0]).toContain('made this very call before');
    // Made, told, and then only words are wanted, which do not come.
    expect(model.asked).toHaveLength(4);
    expect(model.asked[3]?.toolChoice).toEqual({ type: 'none' });
    expect(reply).toBe('My language model found no words for that.');
    expect(log).toMatchInlineSnapshot(`
      "step-started {"step":1,"of":12}
      model-chosen {"provider":"scripted","model":"script","leavesHouse":false,"because":"it is the only one"}
      tool-requested {"tool":"notes.read","input":{"name":"shop"}}
      tool-ended {"tool":"notes.read","outcome":"confirmed"}
      step-started {"step":2,"of":12}
      model-chosen {"provider":"scripted","model":"script","leavesHouse":false,"because":"it is the only one"}
      step-started {"step":3,"of":12}
      model-chosen {"provider":"scripted","model":"script","leavesHouse":false,"because":"it is the only one"}
      step-started {"step":4,"of":12}
      model-chosen {"provider":"scripted","model":"script","leavesHouse":false,"because":"it is the only one"}
      reply-delta {"text":"My language model found no words for that.","rich":true}
      reply-ended {"text":"My language model found no words for that."}"
    `);
  });

  it('lets it look again after something was changed', async () => {
    const { ran } = await playAgent('note, lamp', {
      tools,
      script: [read(), { calls: [{ tool: 'lamp_set', input: { level: 1 } }] }, read(), 'Done.'],
    });
    expect(ran.map(({ tool }) => tool)).toEqual(['notes.read', 'lamp.set', 'notes.read']);
  });

  it('ends a model that calls unknown tools for ever', async () => {
    let count = 0;
    const { model, reply, ran } = await playAgent('note', {
      tools,
      script: [() => ({ calls: [{ tool: `invented_${++count}` }] })],
    });
    expect(model.asked.length).toBeLessThan(10);
    expect(ran).toEqual([]);
    expect(reply).toBe('My language model found no words for that.');
  });

  it('ends at the last step, in which it can only answer', async () => {
    let count = 0;
    const { model, events, reply } = await playAgent('note', {
      tools,
      settings: { steps: 4 },
      script: [({ toolChoice }) => (toolChoice?.type === 'none' ? 'I have read three notes.' : read(`note ${++count}`))],
    });
    expect(reply).toBe('I have read three notes.');
    expect(events.flatMap((event) => (event.type === 'step-started' ? [`${event.step}/${event.of}`] : []))).toEqual([
      '1/4',
      '2/4',
      '3/4',
      '4/4',
    ]);
    expect(model.asked).toHaveLength(4);
  });

  it('makes only so many calls of one step', async () => {
    const { ran, model } = await playAgent('note', {
      tools,
      script: [{ calls: Array.from({ length: 500 }, (_, index) => ({ tool: 'notes_read', input: { name: `${index}` } })) }, 'Enough.'],
    });
    expect(ran).toHaveLength(8);
    expect(model.resultsAt(1).filter((words) => words.includes('not made'))).toHaveLength(92);
  });

  it('is cut off when it never stops', async () => {
    let pieces = 0;
    const { reply } = await playAgent('hello there', {
      settings: { answerCharacters: 1_000 },
      script: [
        () =>
          (async function* () {
            for (;;) yield { type: 'text-delta' as const, id: 't', delta: `word ${++pieces} ` };
          })(),
      ],
    });
    expect(reply.length).toBeLessThan(1_100);
    expect(reply).toMatch(/That was too long, so I stopped there\.$/u);
    expect(pieces).toBeLessThan(1_000);
  });

  it('is cut off when it thinks for ever', async () => {
    const { reply } = await playAgent('hello there', {
      settings: { answerCharacters: 1_000 },
      script: [
        () =>
          (async function* () {
            for (;;) yield { type: 'reasoning-delta' as const, id: 'r', delta: 'but wait, ' };
          })(),
      ],
    });
    expect(reply).toBe('My language model found no words for that.');
  });

  it('asks once more when it says nothing', async () => {
    const { model, reply } = await playAgent('hello there', { script: ['', 'Hello.'] });
    expect(model.asked[1]?.toolChoice).toEqual({ type: 'none' });
    expect(reply).toBe('Hello.');
    expect((await playAgent('hello there', { script: [''] })).reply).toBe('My language model found no words for that.');
  });

  it('says that it would not answer', async () => {
    const { reply } = await playAgent('hello there', { script: [{ finish: 'content-filter' }] });
    expect(reply).toBe('My language model did not want to answer that.');
  });
});

describe('much to read', () => {
  it('is cut to a budget, lists by whole items', async () => {
    const list: StageTool = {
      name: 'note.list',
      risk: 'observe',
      run: () => ({ outcome: 'confirmed', output: Array.from({ length: 10_000 }, (_, index) => ({ name: `note ${index}` })) }),
    };
    const text: StageTool = { name: 'note.text', risk: 'observe', run: () => ({ outcome: 'confirmed', output: '😀'.repeat(100_000) }) };
    const { model } = await playAgent('note', {
      tools: [list, text],
      script: [{ calls: [{ tool: 'note_list' }, { tool: 'note_text' }] }, 'Much.'],
    });
    const [items = '', words = ''] = model.resultsAt(1);
    expect(items.length).toBeLessThan(6_200);
    expect(items).toMatch(/"note 0".*\}\]\n\(\d+ of 10000 items\)$/su);
    expect(words.length).toBeLessThan(6_200);
    expect(words.isWellFormed()).toBe(true);
    expect(words).toContain('more characters left out');
  });

  it('leaves out the oldest when a turn has read too much, never the newest', async () => {
    const text: StageTool = { name: 'note.text', risk: 'observe', run: () => ({ outcome: 'confirmed', output: 'x'.repeat(50_000) }) };
    let page = 0;
    const { model } = await playAgent('note', {
      tools: [text],
      router: { contextLength: 4_096 },
      script: [({ toolChoice }) => (toolChoice?.type === 'none' ? 'Read.' : { calls: [{ tool: 'note_text', input: { page: ++page } }] })],
    });
    const results = model.asked.at(-1)?.prompt.flatMap((message) => (message.role === 'tool' ? message.content : [])) ?? [];
    expect(JSON.stringify(results).length).toBeLessThan(4_096 * 3);
    expect(JSON.stringify(results[0])).toContain('Left out to save room');
    expect(JSON.stringify(results.at(-1))).toContain('xxxx');
  });
});
