import { describe, expect, it } from 'vitest';
import { VoiceSettingsSchema } from '../../contract/settings.ts';
import { type TurnMoment, turnEnd } from './turn-end.ts';

const settings = VoiceSettingsSchema.parse({}).turnEnd;
const moment: TurnMoment = { by: 'wake', spoken: true, silenceMs: 0, elapsedMs: 3000, completeness: 'incomplete' };
const end = (change: Partial<TurnMoment>) => turnEnd({ ...moment, ...change }, settings);

describe('the end of a turn', () => {
  it('comes the sooner the more certainly the command is finished', () => {
    expect(end({ silenceMs: 159, completeness: 'closed' })).toBeUndefined();
    expect(end({ silenceMs: 160, completeness: 'closed' })).toBe('command-complete');
    expect(end({ silenceMs: 349, completeness: 'complete' })).toBeUndefined();
    expect(end({ silenceMs: 350, completeness: 'complete' })).toBe('command-complete');
    expect(end({ silenceMs: 999 })).toBeUndefined();
    expect(end({ silenceMs: 1000 })).toBe('silence');
  });

  it('does not come while somebody speaks, but at the maximum', () => {
    expect(end({ completeness: 'closed', elapsedMs: 14_999 })).toBeUndefined();
    expect(end({ completeness: 'closed', elapsedMs: 15_000 })).toBe('maximum-length');
  });

  it('is a failure when nobody spoke', () => {
    expect(end({ spoken: false, elapsedMs: 4999 })).toBeUndefined();
    expect(end({ spoken: false, elapsedMs: 5000 })).toBe('no-speech');
    expect(end({ spoken: false, elapsedMs: 15_000, by: 'push-to-talk' })).toBe('no-speech');
  });

  it('waits as long as the key is held, and a recording to its end', () => {
    expect(end({ by: 'push-to-talk', silenceMs: 9000 })).toBeUndefined();
    expect(end({ by: 'push-to-talk', spoken: false, elapsedMs: 9000 })).toBeUndefined();
    expect(end({ by: 'file', silenceMs: 9000, elapsedMs: 20_000, completeness: 'closed' })).toBeUndefined();
    expect(end({ by: 'file', elapsedMs: 60_000 })).toBe('maximum-length');
  });
});
