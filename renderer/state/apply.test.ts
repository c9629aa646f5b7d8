import { describe, expect, it } from 'vitest';
import type { Entity } from '../../contract/home.ts';
import type { InterfaceEvent, Status } from '../../contract/interface.ts';
import type { Approval } from '../../contract/tool.ts';
import { apply } from './apply.ts';
import { initialState, NOTICE_LIMIT, type PageEvent, type PageState, TURN_LIMIT } from './page-state.ts';

const now = 1_000_000;
const status: Status = { presence: 'idle', muted: false, engines: [], services: [], bridges: [] };

function lamp(state: string): Entity {
  return { id: 'light.lamp', name: 'Lamp', aliases: [], domain: 'light', state, attributes: {}, available: true, lastChanged: 0 };
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
  return { type: 'snapshot', status, floors: [], areas: [], entities: [lamp('off')], approvals: [], turns: [], ...more };
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
      snapshot({ entities: [lamp('on')] }),
    );
    expect(state.connection).toBe('connected');
    expect(state.approvals).toEqual([]);
    expect(state.entities.get('light.lamp')?.state).toBe('on');
    expect(state.typed).toEqual({ t1: 'hello' });
    expect(state.notices).toHaveLength(1);
  });

  it('keeps the home on show while the connection is lost', () => {
    const state = stateAfter(snapshot(), { type: 'connection-changed', connection: 'lost' });
    expect(state.loaded).toBe(true);
    expect(state.entities.size).toBe(1);
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

  it('changes one device and leaves everything else as it was', () => {
    const before = stateAfter(snapshot());
    const state = apply(before, { type: 'entity-changed', entity: lamp('on') }, now);
    expect(state.entities.get('light.lamp')?.state).toBe('on');
    expect(before.entities.get('light.lamp')?.state).toBe('off');
    expect(state.turns).toBe(before.turns);
    expect(state.calls).toBe(before.calls);
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

  describe('of a device that was told something', () => {
    const started: PageEvent = { type: 'call-started', callId: '1', service: 'light.turn_on', entityIds: ['light.lamp'] };
    const ended = (outcome: 'confirmed' | 'accepted' | 'rejected' | 'denied' | 'failed', callId = '1'): PageEvent => ({
      type: 'call-ended',
      callId,
      entityIds: ['light.lamp'],
      outcomes: [{ outcome }],
    });

    it('waits until the device says that it has changed', () => {
      expect(stateAfter(snapshot(), started).calls['light.lamp']?.state).toBe('pending');
      expect(stateAfter(snapshot(), started, { type: 'entity-changed', entity: lamp('on') }).calls).toEqual({});
      expect(stateAfter(snapshot(), started, ended('confirmed')).calls).toEqual({});
    });

    it('says that a command was sent but not confirmed', () => {
      const state = stateAfter(snapshot(), started, ended('accepted'));
      expect(state.calls['light.lamp']?.state).toBe('sent');
      expect(apply(state, { type: 'entity-changed', entity: lamp('on') }, now).calls).toEqual({});
    });

    it('says why a command did not work', () => {
      expect(stateAfter(snapshot(), started, ended('rejected')).calls['light.lamp']).toMatchObject({
        state: 'failed',
        reason: 'The device refused.',
      });
      const lost: PageEvent = { type: 'call-failed', callId: '1', entityIds: ['light.lamp'], reason: 'no connection' };
      expect(stateAfter(snapshot(), started, lost).calls['light.lamp']).toMatchObject({ state: 'failed', reason: 'no connection' });
    });

    it('ignores the end of a command that a newer one has overtaken', () => {
      const newer: PageEvent = { type: 'call-started', callId: '2', service: 'light.turn_off', entityIds: ['light.lamp'] };
      expect(stateAfter(snapshot(), started, newer, ended('failed', '1')).calls['light.lamp']).toMatchObject({
        callId: '2',
        state: 'pending',
      });
    });
  });
});
