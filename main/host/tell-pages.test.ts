import { describe, expect, it } from 'vitest';
import { Broadcast } from '../../contract/broadcast.ts';
import type { InterfaceEvent } from '../../contract/interface.ts';
import type { UndoChange } from '../../iot/undo-journal.ts';
import { HostState } from './host-state.ts';
import { tellUndo } from './tell-pages.ts';

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
});
