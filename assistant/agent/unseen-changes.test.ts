import { describe, expect, it } from 'vitest';
import type { ListedTool } from '../../contract/tool.ts';
import { UnseenChanges } from './unseen-changes.ts';

const TOOL: ListedTool = {
  name: 'home.call-service',
  version: '1',
  title: 'Operate devices',
  description: '',
  risk: 'change',
  reversible: true,
  permissions: {},
  sandbox: 'none',
  timeoutMs: 1000,
  input: {},
  origin: { type: 'built-in' },
  enabled: true,
};
const changes = () =>
  new UnseenChanges((_tool, input) => ({ sentence: `Open ${JSON.stringify(input)}.`, risk: 'change', input, digest: '' }));

describe('what a model tried', () => {
  it('is told as not done when it was refused or failed, and as passed on when nobody saw it', () => {
    const unseen = changes();
    unseen.note(TOOL, { door: 1 }, { outcome: 'denied' });
    unseen.note(TOOL, { door: 2 }, { outcome: 'accepted' });
    unseen.note(TOOL, { door: 3 }, { outcome: 'confirmed' });
    expect(unseen.words()).toBe('Not done: open {"door":1}. Passed on, but not seen to be done: open {"door":2}.');
  });

  it('is nothing to tell when it worked at last', () => {
    const unseen = changes();
    unseen.note(TOOL, { door: 1, hard: true }, { outcome: 'failed' });
    unseen.note(TOOL, { hard: true, door: 1 }, { outcome: 'confirmed' });
    expect(unseen.words()).toBeUndefined();
  });

  it('is named by what the tool is called where the tool cannot say, and not without end', () => {
    const unseen = new UnseenChanges(() => ({ refusal: 'no' }));
    for (let door = 0; door < 9; door += 1) unseen.note(TOOL, { door }, { outcome: 'failed' });
    expect(unseen.words()).toBe('Not done: operate devices; operate devices; operate devices; and 6 more.');
  });
});
