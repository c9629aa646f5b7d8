import { describe, expect, it } from 'vitest';
import type { InterfaceEvent, Status, UndoOffer } from '../../contract/interface.ts';
import type { Approval } from '../../contract/tool.ts';
import { apply } from './apply.ts';
import { initialState, NOTICE_LIMIT, type PageEvent, type PageState, TURN_LIMIT } from './page-state.ts';

const now = 1_000_000;
const status: Status = { presence: 'idle', muted: false, engines: [], services: [], bridges: [] };

function offer(undoId: string, at = 0): UndoOffer {
  return { undoId, sentence: 'Turn off the lamp', entityIds: ['light.lamp'], at, until: at + 1000 };
}

function approval(id: string): Approval {
  return {
    id,
    turnId: 't',
    tool: 'home',
    sentence: 'Unlock the door',
    input: {},
    risk: 'guarded',
    permissions: [],
    source: 'voice',
    digest: '',
    askedAt: 0,
    expiresAt: 1,
  };
}

function snapshot(more: Partial<Extract<InterfaceEvent, { type: 'snapshot' }>> = {}): InterfaceEvent {
  return { type: 'snapshot', status, floors: [], areas: [], entities: [], approvals: [], turns: [], undo: [], ...more };
}

function stateAfter(...events: PageEvent[]): PageState {
  return events.reduce((state, event) => apply(state, event, now), initialState());
}

describe('the page state', () => {
  it('is loaded and connected once a snapshot has come', () => {
    expect(stateAfter().loaded).toBe(false);
    expect(stateAfter(snapshot())).toMatchObject({ loaded: true, connection: 'connected' });
  });

  it('takes everything from the snapshot after a reconnect, and keeps what was typed and what was noticed', () => {
    const state = stateAfter(
      snapshot({ approvals: [approval('old')] }),
      { type: 'text-sent', turnId: 't1', text: 'hello' },
      { type: 'notice', level: 'info', text: 'My hearing restarted.' },
      { type: 'connection-changed', connection: 'lost' },
      snapshot(),
    );
    expect(state.connection).toBe('connected');
    expect(state.approvals).toEqual([]);
    expect(state.typed).toEqual({ t1: 'hello' });
    expect(state.notices).toHaveLength(1);
  });

  it('keeps the home on show while the connection is lost', () => {
    const state = stateAfter(snapshot(), { type: 'connection-changed', connection: 'lost' });
    expect(state.loaded).toBe(true);
  });

  it('gathers the events of a turn, and dates a turn that it hears of in its middle back to its beginning', () => {
    const state = stateAfter(
      { type: 'turn-event', event: { turnId: 'a', at: 250, type: 'transcript-delta', text: 'turn' } },
      { type: 'turn-event', event: { turnId: 'a', at: 300, type: 'transcript-delta', text: 'turn on' } },
    );
    expect(state.turns).toHaveLength(1);
    expect(state.turns[0]).toMatchObject({ turnId: 'a', startedAt: now - 250 });
    expect(state.turns[0]?.events).toHaveLength(2);
  });

  it('keeps two turns that overlap apart', () => {
    const turnEvent = (turnId: string): PageEvent => ({ type: 'turn-event', event: { turnId, at: 0, type: 'speech-started' } });
    expect(stateAfter(turnEvent('a'), turnEvent('b'), turnEvent('a')).turns.map((turn) => turn.events.length)).toEqual([2, 1]);
  });

  it('forgets the oldest turns and the words typed for them', () => {
    const events = Array.from({ length: TURN_LIMIT + 5 }, (_, index): PageEvent[] => [
      { type: 'text-sent', turnId: `t${index}`, text: `text ${index}` },
      { type: 'turn-event', event: { turnId: `t${index}`, at: 0, type: 'turn-ended' } },
    ]).flat();
    const state = stateAfter(...events);
    expect(state.turns.map((turn) => turn.turnId)).toEqual(Array.from({ length: TURN_LIMIT }, (_, index) => `t${index + 5}`));
    expect(Object.keys(state.typed)).toHaveLength(TURN_LIMIT);
    expect(state.typed.t24).toBe('text 24');
  });

  it('leaves devices to the store that has them: it is not made anew for each of their changes', () => {
    const before = stateAfter(snapshot());
    const entity = {
      id: 'light.lamp',
      name: 'Lamp',
      aliases: [],
      domain: 'light',
      state: 'on',
      attributes: {},
      available: true,
      lastChanged: 0,
    };
    expect(apply(before, { type: 'entity-changed', entity }, now)).toBe(before);
  });

  it('asks each approval once and drops it when it ends', () => {
    const asked = stateAfter({ type: 'approval-asked', approval: approval('x') }, { type: 'approval-asked', approval: approval('x') });
    expect(asked.approvals).toHaveLength(1);
    expect(apply(asked, { type: 'approval-ended', approvalId: 'x', approved: true }, now).approvals).toEqual([]);
  });

  it('says a notice once, and only the latest few', () => {
    const texts = ['a', 'b', 'a', 'c', 'd', 'e'];
    const state = stateAfter(...texts.map((text): PageEvent => ({ type: 'notice', level: 'info', text })));
    expect(state.notices.map((notice) => notice.text)).toEqual(['a', 'c', 'd', 'e']);
    expect(state.notices).toHaveLength(NOTICE_LIMIT);
    expect(apply(state, { type: 'notice-dismissed', id: state.notices[0]?.id ?? 0 }, now).notices).toHaveLength(3);
  });

  describe('of what can be undone', () => {
    it('offers the newest last, and each once', () => {
      const state = stateAfter(
        snapshot({ undo: [offer('a', 1), offer('b', 2)] }),
        { type: 'undo-offered', offer: offer('c', 3) },
        { type: 'undo-offered', offer: offer('b', 4) },
      );
      expect(state.undo.map(({ id }) => id)).toEqual(['a', 'c', 'b']);
      expect(state.undo[0]?.sentence).toBe('Turned off the lamp');
    });

    it('takes away what was undone or is too late', () => {
      const state = stateAfter(snapshot({ undo: [offer('a'), offer('b')] }), { type: 'undo-ended', undoId: 'a' });
      expect(state.undo.map(({ id }) => id)).toEqual(['b']);
    });

    it('keeps what the page itself can take back over a reconnect', () => {
      const setting = { entityId: 'light.lamp', name: 'Lamp' };
      const own = { id: 'own', sentence: 'Renamed it', at: 5, until: 99, by: { type: 'setting' as const, setting } };
      const state = stateAfter(snapshot(), { type: 'undoable-added', undoable: own }, snapshot({ undo: [offer('a', 3), offer('b', 9)] }));
      expect(state.undo.map(({ id }) => id)).toEqual(['a', 'own', 'b']);
      expect(apply(state, { type: 'undoable-ended', id: 'own' }, now).undo).toHaveLength(2);
    });
  });
});
