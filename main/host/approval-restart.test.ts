import { expect, it } from 'vitest';
import type { ToolOutcome, ToolRequest } from '../../contract/tool.ts';
import { putAnew } from './approval-restart.ts';
import { HostState } from './host-state.ts';

const request: ToolRequest = { id: 'r', turnId: 't', tool: 'door.open', input: {}, source: 'voice', dryRun: false };

const newState = (): HostState =>
  new HostState({ bridges: () => [], engines: () => [], sound: { muted: false, microphone: undefined }, voice: false, room: undefined });

it.each<[ToolOutcome, 'info' | 'warning', RegExp]>([
  [{ outcome: 'confirmed' }, 'info', /is done\.$/u],
  [{ outcome: 'accepted' }, 'warning', /nothing has answered yet/u],
  [{ outcome: 'denied', reason: 'Everything is stopped.' }, 'warning', /was not done: Everything is stopped\.$/u],
  [{ outcome: 'failed' }, 'warning', /was not done\.$/u],
])('what was asked before a restart is put to the gate as it is, and %j is told', async (outcome, level, words) => {
  const told: unknown[] = [];
  const put: ToolRequest[] = [];
  const gate = {
    async call(given: ToolRequest) {
      put.push(given);
      return outcome;
    },
  };
  await putAnew(gate, { notice: (...notice) => told.push(notice) }, new AbortController().signal)(request);
  expect(put).toEqual([request]);
  expect(told).toEqual([[level, expect.stringMatching(words)]]);
});

it('what is said while JARVIS starts waits for the first page, and is told once', () => {
  const state = newState();
  state.notice('warning', 'put aside');
  expect(state.earlyNotices()).toEqual([{ type: 'notice', level: 'warning', text: 'put aside' }]);
  state.notice('info', 'later');
  expect(state.earlyNotices()).toEqual([]);
});
