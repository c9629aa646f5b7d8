import { describe, expect, it } from 'vitest';
import type { PageToHostAudio } from '../../contract/interface.ts';
import type { CaptureListener, OpenCapture } from './capture.ts';
import { Microphone, type MicrophoneState } from './microphone.ts';

interface Opening {
  listener: CaptureListener;
  stopped: boolean;
  succeed(): Promise<void>;
  fail(error: Error): Promise<void>;
}

function setUp(supported = true) {
  const sent: PageToHostAudio[] = [];
  const states: MicrophoneState[] = [];
  const frames: Int16Array[] = [];
  const openings: Opening[] = [];
  const microphone = new Microphone({
    pageId: 'page',
    open: supported
      ? (listener) =>
          new Promise<OpenCapture>((resolve, reject) => {
            const opening: Opening = {
              listener,
              stopped: false,
              succeed: async () => {
                resolve({ label: 'Desk microphone', stop: () => (opening.stopped = true) });
                await settled();
              },
              fail: async (error) => {
                reject(error);
                await settled();
              },
            };
            openings.push(opening);
          })
      : undefined,
    send: (message) => sent.push(message),
    sendSamples: (samples) => frames.push(samples),
    onState: (state) => states.push(state),
    onHeldBack: () => undefined,
  });
  const open = async () => {
    const opened = microphone.open();
    await openings.at(-1)?.succeed();
    await opened;
  };
  return { microphone, sent, states, frames, openings, open };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

const opened = { type: 'microphone-opened', pageId: 'page', label: 'Desk microphone' };

describe('the microphone', () => {
  it('says that it is open before any sound, and sends what it hears', async () => {
    const { microphone, sent, frames, openings, open } = setUp();
    await open();
    expect(sent).toEqual([opened]);
    openings[0]?.listener.onFrame(new Int16Array(512).fill(3277));
    expect(frames).toHaveLength(1);
    expect(microphone.dbfs).toBeCloseTo(-20, 1);
  });

  it('opens once, however often it is asked', async () => {
    const { microphone, openings, open } = setUp();
    const first = open();
    await microphone.open();
    await first;
    await microphone.open();
    expect(openings).toHaveLength(1);
  });

  it.each([
    ['NotAllowedError', 'refused', 'permission-refused'],
    ['NotFoundError', 'not-found', 'not-found'],
    ['NotReadableError', 'failed', 'failed'],
  ])('tells %s as %s', async (name, state, reason) => {
    const { microphone, sent, openings } = setUp();
    const opening = microphone.open();
    await openings[0]?.fail(new DOMException('no', name));
    await opening;
    expect(microphone.state).toBe(state);
    expect(sent).toEqual([{ type: 'microphone-closed', reason }]);
  });

  it('knows when the browser has no microphone to give', async () => {
    const { microphone } = setUp(false);
    await microphone.open();
    expect(microphone.state).toBe('unsupported');
  });

  it('ends the track when muted and opens a new one when unmuted', async () => {
    const { microphone, sent, openings, open } = setUp();
    await open();
    await microphone.setMuted(true);
    expect(openings[0]?.stopped).toBe(true);
    expect(sent.at(-1)).toEqual({ type: 'microphone-closed', reason: 'muted' });
    const unmuting = microphone.setMuted(false);
    await openings[1]?.succeed();
    await unmuting;
    expect(microphone.state).toBe('open');
    expect(sent.at(-1)).toEqual(opened);
  });

  it('stays closed when it is muted while it is being opened', async () => {
    const { microphone, sent, openings } = setUp();
    const opening = microphone.open();
    await microphone.setMuted(true);
    await openings[0]?.succeed();
    await opening;
    expect(openings[0]?.stopped).toBe(true);
    expect(microphone.state).toBe('muted');
    expect(sent).toEqual([{ type: 'microphone-closed', reason: 'muted' }]);
  });

  it('lets go without a word when another page is heard, and can take it back', async () => {
    const { microphone, sent, openings, open } = setUp();
    await open();
    microphone.yield();
    expect(openings[0]?.stopped).toBe(true);
    expect(microphone.state).toBe('taken');
    expect(sent).toEqual([opened]);
    await open();
    expect(sent).toEqual([opened, opened]);
  });

  it('sends nothing that arrives after it was closed', async () => {
    const { microphone, frames, openings, open } = setUp();
    await open();
    await microphone.setMuted(true);
    openings[0]?.listener.onFrame(new Int16Array(512));
    openings[0]?.listener.onEnded();
    expect(frames).toEqual([]);
    expect(microphone.state).toBe('muted');
  });

  it('notices that it was unplugged and comes back with the device', async () => {
    const { microphone, openings, open } = setUp();
    await open();
    openings[0]?.listener.onEnded();
    expect(microphone.state).toBe('unplugged');
    const back = microphone.devicesChanged();
    await openings[1]?.succeed();
    await back;
    expect(microphone.state).toBe('open');
  });

  it('says again that it is open on a new line, and nothing when it is not', async () => {
    const { microphone, sent, open } = setUp();
    microphone.announce();
    expect(sent).toEqual([]);
    await open();
    microphone.announce();
    expect(sent).toEqual([opened, opened]);
  });
});
