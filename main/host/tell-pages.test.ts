import { describe, expect, it } from 'vitest';
import { Broadcast } from '../../contract/broadcast.ts';
import type { InterfaceEvent } from '../../contract/interface.ts';
import type { UndoChange } from '../../iot/undo-journal.ts';
import { FakeClock } from '../../tests/fakes/fake-clock.ts';
import { Approvals } from '../../tools/approvals.ts';
import { HostState } from './host-state.ts';
import { tellApprovals, tellUndo } from './tell-pages.ts';

describe('the pages', () => {
  it('are told what can be put back, and when it no longer can', async () => {
    const state = new HostState({
      bridges: () => [],
      engines: () => [],
      sound: { muted: false, microphone: undefined },
      voice: false,
      room: undefined,
    });
    const ending = new AbortController();
    const changes = new Broadcast<UndoChange>();
    const told = tellUndo({ changes: (signal) => changes.subscribe(signal) }, state, ending.signal);
    const events = state.changes.subscribe(ending.signal);
    const first = events.next();
    const offer = { undoId: 'one', sentence: 'Turn off the lamp', entityIds: ['light.lamp'], at: 1, until: 2 };
    changes.publish({ type: 'offered', offer });
    changes.publish({ type: 'ended', undoId: 'one' });
    const seen: (InterfaceEvent | undefined)[] = [(await first).value ?? undefined, (await events.next()).value ?? undefined];
    expect(seen).toEqual([
      { type: 'undo-offered', offer },
      { type: 'undo-ended', undoId: 'one' },
    ]);
    ending.abort(new Error('over'));
    await told;
  });

  it('are shown what waits for a yes, and that it is over', async () => {
    const state = new HostState({
      bridges: () => [],
      engines: () => [],
      sound: { muted: false, microphone: undefined },
      voice: false,
      room: undefined,
    });
    const ending = new AbortController();
    const approvals = new Approvals({ clock: new FakeClock(), newId: () => 'a', expiryMs: 60_000 });
    const told = tellApprovals(approvals, state, ending.signal);
    const events = state.changes.subscribe(ending.signal);
    const first = events.next();
    const question = {
      turnId: 't',
      tool: 'x',
      sentence: 'Open',
      input: {},
      risk: 'guarded',
      permissions: [],
      source: 'voice',
      digest: 'd',
    } as const;
    void approvals.ask({ ...question, permissions: [] }, ending.signal);
    approvals.answer('a', true, 'page');
    expect([(await first).value, (await events.next()).value]).toMatchObject([
      { type: 'approval-asked', approval: { id: 'a', sentence: 'Open' } },
      { type: 'approval-ended', approvalId: 'a', approved: true },
    ]);
    ending.abort(new Error('over'));
    await told;
  });
});
