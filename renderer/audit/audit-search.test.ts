import { expect, it } from 'vitest';
import { EMPTY_SEARCH, exportCommand, filterOf } from './audit-search.ts';

it('asks the record only for what is filled in', () => {
  expect(filterOf(EMPTY_SEARCH, 5)).toEqual({});
  expect(filterOf({ text: ' door ', tool: 'home.*', turnId: 't1', outcome: 'failed', span: 'hour' }, 3_600_005)).toEqual({
    text: 'door',
    tool: 'home.*',
    turnId: 't1',
    outcome: 'failed',
    from: 5,
  });
});

it('exports the same turn in the terminal', () => {
  expect(exportCommand(EMPTY_SEARCH)).toBe('jarvis audit export');
  expect(exportCommand({ ...EMPTY_SEARCH, turnId: 'turn-7' })).toBe('jarvis audit export --task turn-7');
});
