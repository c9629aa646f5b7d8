import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { playAgent, type StageTool } from '../../tests/fakes/agent-stage.ts';
import { match } from '../../tests/fakes/home-scene.ts';
import type { ScriptedStep } from '../../tests/fakes/scripted-router.ts';

const find: StageTool = {
  name: 'files.find',
  risk: 'observe',
  title: 'Find files',
  input: z.strictObject({ words: z.string() }),
  run: () => ({
    outcome: 'confirmed',
    output: [
      { path: '/a.txt', size: 3 },
      { path: '/b.txt', size: 4 },
    ],
  }),
};
const move: StageTool = {
  name: 'files.move',
  risk: 'change',
  title: 'Move a file',
  input: z.strictObject({ path: z.string(), to: z.string() }),
};
const door: StageTool = { name: 'door.open', risk: 'guarded', title: 'Open the door', input: z.strictObject({}) };
const web: StageTool = {
  name: 'web.read',
  risk: 'observe',
  title: 'Read a page',
  taints: 'web',
  run: () => ({ outcome: 'confirmed', output: { text: 'hello' } }),
};
const tools = [find, move, door, web];

const step = (id: string, tool: string, input: object = {}, more: object = {}) => ({ id, title: `Step ${id}`, tool, input, ...more });
const plan = (...steps: object[]): ScriptedStep => ({ calls: [{ tool: 'plan_propose', input: { title: 'Tidy up', steps } }] });
const moves = plan(step('find', 'files_find', { words: 'old' }), step('move', 'files_move', { path: '{{find.0.path}}', to: '/old' }));
const kinds = (events: readonly { type: string }[]): string[] => events.map(({ type }) => type).filter((type) => type.startsWith('plan-'));

describe('a plan', () => {
  it('is shown, agreed to, and run, each step with what the ones before gave', async () => {
    const { log, ran, reply, plans } = await playAgent('tidy up my old files', { tools, script: [moves, 'They are tidied up.'] });
    expect(log).toMatchInlineSnapshot(`
      "step-started {"step":1,"of":12}
      model-chosen {"provider":"scripted","model":"script","leavesHouse":false,"because":"it is the only one"}
      plan-proposed {"version":1,"title":"Tidy up"}
        {"stepId":"find","title":"Step find","tool":"files.find","input":{"words":"old"},"sentence":"Find files {\\"words\\":\\"old\\"}","risk":"observe","after":[],"state":"waiting"}
        {"stepId":"move","title":"Step move","tool":"files.move","input":{"path":"{{find.0.path}}","to":"/old"},"risk":"change","after":["find"],"state":"waiting"}
      plan-answered {"version":1,"approved":["find","move"],"by":"person"}
      plan-step-started {"stepId":"find"}
      tool-requested {"tool":"files.find","input":{"words":"old"}}
      tool-ended {"tool":"files.find","outcome":"confirmed"}
      plan-step-ended {"stepId":"find","outcome":"confirmed"}
      plan-step-started {"stepId":"move"}
      tool-requested {"tool":"files.move","input":{"path":"/a.txt","to":"/old"}}
      tool-ended {"tool":"files.move","outcome":"confirmed"}
      plan-step-ended {"stepId":"move","outcome":"confirmed"}
      plan-ended {"done":2,"failed":0,"left":0}
      step-started {"step":2,"of":12}
      model-chosen {"provider":"scripted","model":"script","leavesHouse":false,"because":"it is the only one"}
      reply-delta {"text":"They are tidied up.","rich":true}
      reply-ended {"text":"They are tidied up.","sources":[{"title":"a.txt","tool":"files.find","url":"/a.txt"},{"title":"b.txt","tool":"files.find","url":"/b.txt"}]}"
    `);
    expect(ran).toEqual([
      { tool: 'files.find', input: { words: 'old' } },
      { tool: 'files.move', input: { path: '/a.txt', to: '/old' } },
    ]);
    expect(plans).toHaveLength(1);
    expect(reply).toBe('They are tidied up.');
  });

  it('of looking alone needs nobody', async () => {
    const { events, plans, ran } = await playAgent('find files', {
      tools,
      script: [plan(step('a', 'files_find', { words: 'a' }), step('b', 'files_find', { words: 'b' })), 'Found.'],
    });
    expect(plans).toEqual([]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'plan-answered', approved: ['a', 'b'], by: 'policy' }));
    expect(ran).toHaveLength(2);
  });

  it('is done as far as a person agreed, without what builds on the rest', async () => {
    const { ran, events, reply } = await playAgent('tidy', {
      tools,
      agree: () => ['b', 'd'],
      script: [
        plan(
          step('a', 'files_move', { path: '/a', to: '/o' }),
          step('b', 'files_move', { path: '/b', to: '/o' }),
          step('c', 'files_move', { path: '/c', to: '/o' }, { after: ['a'] }),
          step('d', 'files_move', { path: '/d', to: '/o' }, { after: ['c'] }),
        ),
        'Some of it is done.',
      ],
    });
    expect(ran).toEqual([{ tool: 'files.move', input: { path: '/b', to: '/o' } }]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'plan-ended', done: 1, failed: 0, left: 3 }));
    // What a person did not want is not missing.
    expect(reply).toBe('Some of it is done.');
  });

  it.each([
    ['says no', () => [], 'The person does not want that'],
    ['is not there', undefined, 'Nobody agreed'],
  ])('does nothing where a person %s', async (_what, answer, words) => {
    const { ran, model, events } = await playAgent('tidy', {
      tools,
      agree: answer ?? (() => undefined),
      ...(answer === undefined && {
        options: { plans: new (await import('./plan-approvals.ts')).PlanApprovals({ clock: expiring, expiryMs: 1 }) },
      }),
      script: [moves, 'All right.'],
    });
    expect(ran).toEqual([]);
    expect(model.resultsAt(1)[0]).toContain(words);
    expect(kinds(events)).toEqual(['plan-proposed', 'plan-answered', 'plan-ended']);
  });

  it('runs what looks together, and nothing that changes beside anything', async () => {
    const order: string[] = [];
    const slow = (name: string, risk: StageTool['risk']): StageTool => ({
      name,
      risk,
      async run() {
        order.push(`+${name}`);
        await new Promise(setImmediate);
        order.push(`-${name}`);
        return { outcome: 'confirmed' };
      },
    });
    await playAgent('go', {
      tools: [slow('see.a', 'observe'), slow('see.b', 'observe'), slow('do.a', 'change'), slow('do.b', 'change'), slow('see.c', 'observe')],
      script: [plan(...['see_a', 'see_b', 'do_a', 'do_b', 'see_c'].map((tool) => step(tool, tool))), 'Done.'],
    });
    // The last look was put behind the changes, and sees them.
    expect(order.join(' ')).toBe('+see.a +see.b -see.a -see.b +do.a -do.a +do.b -do.b +see.c -see.c');
  });

  it('may hold sentences that the phrasebook carries out', async () => {
    const { log, reply } = await playAgent('get ready', {
      tools,
      understandings: { 'what time is it': { type: 'matched', matches: [match('HassGetCurrentTime', [])] } },
      script: [plan(step('a', 'say_command', { sentence: 'what time is it' }), step('b', 'files_find', { words: 'x' })), 'Ready.'],
    });
    expect(log).toContain('Say to the home');
    expect(reply).toMatch(/It is .* Ready\./u);
  });

  it('is only shown in a dry run', async () => {
    const { ran, plans, events } = await playAgent('tidy', {
      tools,
      request: { dryRun: true },
      script: [moves, 'That is what I would do.'],
    });
    expect(ran).toEqual([]);
    expect(plans).toEqual([]);
    expect(kinds(events)).toEqual(['plan-proposed']);
  });

  it('ends with the turn: nobody is asked any more', async () => {
    let waiting = 0;
    const turn = playAgent('tidy', {
      tools,
      agree: () => undefined,
      script: [moves],
      hear: (event, stop) => {
        if (event.type === 'plan-proposed') setImmediate(() => stop(new Error('cancelled')));
        if (event.type === 'plan-ended') waiting += 1;
      },
    });
    await expect(turn).rejects.toThrow('cancelled');
    expect(waiting).toBe(1);
  });
});

/** A clock whose time is over at once. */
const expiring = { now: () => 0, monotonic: () => 0, sleep: async () => undefined };

describe('a plan that cannot be run', () => {
  it.each<[string, object[], RegExp]>([
    ['calls what does not exist', [step('a', 'files_fetch')], /a: There is no function called files_fetch\. There is: files_find/u],
    ['calls with what does not fit', [step('a', 'files_find', { words: 7 })], /a: The input does not fit\. words: /u],
    [
      'has an extra part beside a reference',
      [step('a', 'files_find', { words: 'x' }), step('b', 'files_move', { path: '{{a.0.path}}', to: '/o', force: true })],
      /b: .*force/u,
    ],
    [
      'waits in a circle',
      [step('a', 'files_find', { words: 'x' }, { after: ['b'] }), step('b', 'files_find', { words: '{{a}}' })],
      /circle/u,
    ],
    ['waits for nothing', [step('a', 'files_find', { words: '{{nobody.0}}' })], /a: there is no step called nobody/u],
    ['has one name twice', [step('a', 'files_find', { words: 'x' }), step('a', 'files_find', { words: 'y' })], /two steps called a/u],
    ['has no steps', [], /steps/u],
    ['is too long', Array.from({ length: 21 }, (_, index) => step(`s${index}`, 'files_find', { words: 'x' })), /steps/u],
    ['is no plan', [{ what: 'ever' }], /does not fit/u],
  ])('%s: nobody is asked, and the model is told', async (_what, steps, words) => {
    const { events, ran, plans, model } = await playAgent('files', { tools, script: [plan(...steps), 'I cannot.'] });
    expect(model.resultsAt(1)[0]).toMatch(words);
    expect(kinds(events)).toEqual([]);
    expect(plans).toEqual([]);
    expect(ran).toEqual([]);
  });
});

describe('a step that fails', () => {
  const flaky = (fails: number): StageTool => {
    let count = 0;
    return {
      ...move,
      run: () => (++count <= fails ? { outcome: 'failed', reason: 'The folder is not there.' } : { outcome: 'confirmed' }),
    };
  };
  const rest = (to: string, ...more: object[]) =>
    plan(step(`move-${to}`, 'files_move', { path: '{{find.0.path}}', to: `/${to}` }), ...more);

  it('has the rest repaired: what was done stays done, and only what is new is asked', async () => {
    const last = step('last', 'files_move', { path: '/z', to: '/z' });
    const { log, ran, plans, model, reply } = await playAgent('tidy', {
      tools: [find, flaky(1), door],
      script: [
        plan(step('find', 'files_find', { words: 'old' }), step('move', 'files_move', { path: '{{find.0.path}}', to: '/old' }), last),
        rest('older', last),
        'Now it is tidy.',
      ],
    });
    expect(log).toMatchInlineSnapshot(`
      "step-started {"step":1,"of":12}
      model-chosen {"provider":"scripted","model":"script","leavesHouse":false,"because":"it is the only one"}
      plan-proposed {"version":1,"title":"Tidy up"}
        {"stepId":"find","title":"Step find","tool":"files.find","input":{"words":"old"},"sentence":"Find files {\\"words\\":\\"old\\"}","risk":"observe","after":[],"state":"waiting"}
        {"stepId":"move","title":"Step move","tool":"files.move","input":{"path":"{{find.0.path}}","to":"/old"},"risk":"change","after":["find"],"state":"waiting"}
        {"stepId":"last","title":"Step last","tool":"files.move","input":{"path":"/z","to":"/z"},"sentence":"Move a file {\\"path\\":\\"/z\\",\\"to\\":\\"/z\\"}","risk":"change","after":[],"state":"waiting"}
      plan-answered {"version":1,"approved":["find","move","last"],"by":"person"}
      plan-step-started {"stepId":"find"}
      tool-requested {"tool":"files.find","input":{"words":"old"}}
      tool-ended {"tool":"files.find","outcome":"confirmed"}
      plan-step-ended {"stepId":"find","outcome":"confirmed"}
      plan-step-started {"stepId":"move"}
      tool-requested {"tool":"files.move","input":{"path":"/a.txt","to":"/old"}}
      tool-ended {"tool":"files.move","outcome":"failed","reason":"The folder is not there."}
      turn-tainted {"taint":{"origin":"tool-error","name":"files.move"}}
      plan-step-ended {"stepId":"move","outcome":"failed","reason":"The folder is not there."}
      step-started {"step":2,"of":12}
      model-chosen {"provider":"scripted","model":"script","leavesHouse":false,"because":"it is the only one"}
      plan-proposed {"version":2,"title":"Tidy up"}
        {"stepId":"find","title":"Step find","tool":"files.find","input":{"words":"old"},"sentence":"Find files {\\"words\\":\\"old\\"}","risk":"observe","after":[],"state":"done"}
        {"stepId":"move-older","title":"Step move-older","tool":"files.move","input":{"path":"{{find.0.path}}","to":"/older"},"risk":"change","after":["find"],"state":"waiting"}
        {"stepId":"last","title":"Step last","tool":"files.move","input":{"path":"/z","to":"/z"},"sentence":"Move a file {\\"path\\":\\"/z\\",\\"to\\":\\"/z\\"}","risk":"change","after":[],"state":"waiting"}
      plan-answered {"version":2,"approved":["move-older","last"],"by":"person"}
      plan-step-started {"stepId":"move-older"}
      tool-requested {"tool":"files.move","input":{"path":"/a.txt","to":"/older"}}
      approval-asked {"sentence":"Move a file {\\"path\\":\\"/a.txt\\",\\"to\\":\\"/older\\"}"}
      approval-answered {"approved":true,"by":"page"}
      tool-ended {"tool":"files.move","outcome":"confirmed"}
      plan-step-ended {"stepId":"move-older","outcome":"confirmed"}
      plan-step-started {"stepId":"last"}
      tool-requested {"tool":"files.move","input":{"path":"/z","to":"/z"}}
      approval-asked {"sentence":"Move a file {\\"path\\":\\"/z\\",\\"to\\":\\"/z\\"}"}
      approval-answered {"approved":true,"by":"page"}
      tool-ended {"tool":"files.move","outcome":"confirmed"}
      plan-step-ended {"stepId":"last","outcome":"confirmed"}
      plan-ended {"done":3,"failed":0,"left":0}
      step-started {"step":3,"of":12}
      model-chosen {"provider":"scripted","model":"script","leavesHouse":false,"because":"it is the only one"}
      reply-delta {"text":"Now it is tidy.","rich":true}
      reply-ended {"text":"Now it is tidy.","sources":[{"title":"a.txt","tool":"files.find","url":"/a.txt"},{"title":"b.txt","tool":"files.find","url":"/b.txt"}]}"
    `);
    expect(ran.map(({ tool }) => tool)).toEqual(['files.find', 'files.move', 'files.move', 'files.move']);
    expect(plans.map(({ asked, plan: { version } }) => [version, asked])).toEqual([
      [1, ['find', 'move', 'last']],
      [2, ['move-older']],
    ]);
    expect(model.resultsAt(1)[0]).toMatch(/find: done\..*move: failed\..*The folder is not there\..*last: not tried\./su);
    expect(reply).toBe('Now it is tidy.');
  });

  it('is repaired three times at most; what is not done is said', async () => {
    let count = 0;
    const { reply, events, ran } = await playAgent('tidy', {
      tools: [find, flaky(99), door],
      script: [moves, ...Array.from({ length: 5 }, () => () => rest(`try${++count}`)), 'I give up.'],
    });
    expect(ran.filter(({ tool }) => tool === 'files.move')).toHaveLength(4);
    expect(events.filter(({ type }) => type === 'plan-proposed')).toHaveLength(4);
    expect(events.filter(({ type }) => type === 'plan-ended')).toHaveLength(1);
    expect(reply).toBe('I give up. 1 of 2 steps are done. Not done: Step move-try3.');
  });

  it('is never hidden by a model that says all is well', async () => {
    const { reply } = await playAgent('tidy', { tools: [find, flaky(9), door], script: [moves, 'Everything is done.'] });
    expect(reply).toBe('Everything is done. 1 of 2 steps are done. Not done: Step move.');
  });

  it('does not let done steps be done again under another name', async () => {
    const { model, ran } = await playAgent('tidy', {
      tools: [find, flaky(1), door],
      script: [moves, plan(step('again', 'files_find', { words: 'old' })), plan(step('find', 'files_find', { words: 'other' })), 'No.'],
    });
    expect(model.resultsAt(2)[0]).toContain('done already, as the step find');
    expect(model.resultsAt(3)[0]).toContain('is the id of a step that is done');
    expect(ran).toHaveLength(2);
  });

  it('is told when it asks for something that an earlier one did not give', async () => {
    const { model, ran } = await playAgent('tidy', {
      tools,
      script: [plan(step('find', 'files_find', { words: 'x' }), step('move', 'files_move', { path: '{{find.9.path}}', to: '/o' })), 'No.'],
    });
    expect(model.resultsAt(1)[0]).toContain('The step find gave nothing at 9.path.');
    expect(ran).toHaveLength(1);
  });
});

describe('the gate under a plan', () => {
  it('takes the yes to a plan for its own question where it is the very same', async () => {
    const { asked, ran, events } = await playAgent('open the door', { tools, script: [plan(step('open', 'door_open')), 'Open.'] });
    expect(asked).toEqual([]);
    expect(ran).toEqual([{ tool: 'door.open', input: {} }]);
    expect(events).toContainEqual(expect.objectContaining({ type: 'approval-answered', approved: true, by: 'page' }));
  });

  it('asks for itself where nothing was agreed ahead', async () => {
    const { asked } = await playAgent('open the door', {
      tools,
      options: { agreeAhead: () => () => undefined },
      script: [plan(step('open', 'door_open')), 'Open.'],
    });
    expect(asked).toHaveLength(1);
  });

  it('asks for itself, strongly, once something of outside was read', async () => {
    const { asked, ran } = await playAgent('read the page, open the door', {
      tools,
      approve: () => false,
      script: [{ calls: [{ tool: 'web_read' }] }, plan(step('open', 'door_open')), 'No.'],
    });
    expect(asked).toMatchObject([{ tool: 'door.open', strong: true }]);
    expect(ran.map(({ tool }) => tool)).toEqual(['web.read']);
  });

  it('asks for itself where the plan itself has read something since', async () => {
    const { asked } = await playAgent('read the page, move a file', {
      tools,
      script: [plan(step('read', 'web_read'), step('move', 'files_move', { path: '/a', to: '/b' })), 'Done.'],
    });
    expect(asked).toMatchObject([{ tool: 'files.move', taint: [{ origin: 'web' }] }]);
  });

  it('does not ask twice for changes of a turn that had read something before its plan', async () => {
    const { asked, plans, ran } = await playAgent('read the page, move files', {
      tools,
      script: [
        { calls: [{ tool: 'web_read' }] },
        plan(step('a', 'files_move', { path: '/a', to: '/o' }), step('b', 'files_move', { path: '/b', to: '/o' })),
        'Done.',
      ],
    });
    expect(plans).toHaveLength(1);
    expect(asked).toEqual([]);
    expect(ran).toHaveLength(3);
  });

  it('asks again when the same call comes a second time, and for what was filled in later', async () => {
    const { asked } = await playAgent('open the door and tidy', {
      tools,
      script: [plan(step('open', 'door_open')), { calls: [{ tool: 'door_open' }] }, 'Done.'],
    });
    expect(asked).toHaveLength(1);
  });

  it('refuses what the rules refuse, whatever was agreed to', async () => {
    const { ran, model } = await playAgent('open the door', {
      tools,
      policy: { rules: [{ effect: 'deny', tool: 'door.open' }], enabled: [] },
      script: [plan(step('open', 'door_open')), 'No.'],
    });
    expect(ran).toEqual([]);
    expect(model.resultsAt(1)[0]).toContain('open: failed. Not allowed.');
  });
});
