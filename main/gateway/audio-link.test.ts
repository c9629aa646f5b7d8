import { describe, expect, it } from 'vitest';
import { ask, audio, closing, logged, openPage } from '../../tests/fakes/gateway-under-test.ts';

describe('the sound of a page', () => {
  it('goes both ways', async () => {
    const page = await openPage('/audio');
    const received: unknown[] = [];
    page.on('message', (data: Buffer, isBinary) => received.push(isBinary ? [...data] : JSON.parse(data.toString())));
    page.send(JSON.stringify({ type: 'microphone-opened', pageId: 'page-1' }));
    page.send(Buffer.from([1, 0, 255, 255]));
    await audio.until(() => audio.samples.length === 2);
    expect(audio.messages).toEqual([{ type: 'microphone-opened', pageId: 'page-1' }]);
    expect(audio.samples).toEqual([1, -1]);
    audio.connections[0]?.send({ type: 'speech-started', speechId: 's', sampleRate: 22_050 });
    audio.connections[0]?.sendSamples(Int16Array.from([0, 2, -2]).subarray(1));
    await audio.until(() => received.length === 2);
    expect(received).toEqual([{ type: 'speech-started', speechId: 's', sampleRate: 22_050 }, [2, 0, 254, 255]]);
    page.close();
    await audio.until(() => audio.closed === 1);
    // Speaking to a page that has left is no error.
    audio.connections[0]?.sendSamples(new Int16Array(10));
  });

  it('drops nonsense and hears on', async () => {
    const page = await openPage('/audio');
    for (const nonsense of ['garbage', '{}', '{"type":"talk-ended"}', '[]', '']) page.send(nonsense);
    page.send(Buffer.from([1, 2, 3]));
    page.send(Buffer.alloc(0));
    page.send(Buffer.from([7, 0]));
    await audio.until(() => audio.samples.length > 0);
    expect(audio.samples).toEqual([7]);
    expect(audio.messages).toEqual([]);
    expect(logged).toEqual(['a page sent what is no message']);
  });

  it('cuts off a page that sends too much at once', async () => {
    const page = await openPage('/audio');
    const closed = closing(page);
    page.send(Buffer.alloc(65_538));
    expect(await closed).toBe(1009);
    await audio.until(() => audio.closed === 1);
    expect((await ask('/healthz')).status).toBe(200);
  });

  it('cuts off a page that floods it', async () => {
    const page = await openPage('/audio');
    const closed = closing(page);
    for (let message = 0; message < 12; message += 1) page.send(Buffer.alloc(60_000));
    expect(await closed).toBe(1008);
    expect(audio.closed).toBe(1);
    expect(audio.samples.length).toBeLessThan(300_000);
  });
});
