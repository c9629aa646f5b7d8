import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { GenerateRequest, LoadRequest } from '../../contract/models-message.ts';
import type { GeneratedPart, ModelLink } from '../../models/model-link.ts';
import { FakeModelLink, fakeEnd } from '../../tests/fakes/fake-model-link.ts';
import { silentLog } from '../../tests/fakes/silent-log.ts';
import { systemClock } from '../host/system-clock.ts';
import { forkLauncher } from './fork-launcher.ts';
import { createModelsService } from './models-service.ts';

/** The fake that the pool is proved with behaves as the real link does. Asked for `words` it says some; asked for `slow` it says one and then waits. */
interface Subject extends AsyncDisposable {
  link: ModelLink;
  crash(): void;
}

function realLink(): Subject {
  let ids = 0;
  const service = createModelsService({
    launch: forkLauncher({ script: fileURLToPath(new URL('../../tests/fakes/fake-models-child.ts', import.meta.url)) }),
    engine: { build: 'cpu' },
    clock: systemClock,
    newId: () => {
      ids += 1;
      return `id-${ids}`;
    },
    log: silentLog,
    onStatus: () => undefined,
    onEngine: () => undefined,
    memoryLimitBytes: 8_000_000_000,
  });
  return {
    link: service,
    crash: () => process.kill(service.pid() ?? 0, 'SIGKILL'),
    [Symbol.asyncDispose]: () => service.stop(),
  };
}

function fakeLink(): Subject {
  const link = new FakeModelLink();
  link.answer = ({ prompt }) => {
    const [first] = prompt;
    const asked = first?.role === 'user' ? first.text : '';
    return [{ type: 'text', text: 'Very ' }, ...(asked === 'slow' ? [new Promise<void>(() => undefined)] : []), fakeEnd];
  };
  return { link, crash: () => link.crash(), [Symbol.asyncDispose]: async () => undefined };
}

const never = new AbortController().signal;
const request: LoadRequest = { path: '/model', kind: 'chat', contextSize: 64, batchSize: 8, gpuLayers: 0, sequences: 1 };
const ask = (text: string): GenerateRequest => ({ prompt: [{ role: 'user', text }], tools: [], toolChoice: 'auto' });
const load = (link: ModelLink) => link.load('m', request, () => undefined, never);

describe.each([
  ['fake', fakeLink],
  ['real', realLink],
])('the %s link to the models process', (_, open) => {
  it('loads with progress, and knows what it has loaded until it is unloaded', async () => {
    await using subject = open();
    const progress: number[] = [];
    const loaded = await subject.link.load('m', request, (done) => progress.push(done), never);
    expect(loaded).toMatchObject({ contextSize: 64, batchSize: 8, gpuLayers: 0 });
    expect(progress).toEqual([0.5]);
    expect(subject.link.engine()?.build).toBe('cpu');
    expect(await subject.link.embed('m', ['one', 'two'], never)).toHaveLength(2);
    expect(await subject.link.count('m', 'x')).toBe(1);
    await subject.link.unload('m');
    await expect(subject.link.count('m', 'x')).rejects.toMatchObject({ trouble: 'not-loaded' });
    await expect(subject.link.embed('m', ['x'], never)).rejects.toMatchObject({ trouble: 'not-loaded' });
    await expect(subject.link.generate('m', ask('words'), never)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      trouble: 'not-loaded',
    });
  });

  it('ends an answer with `end`, also one that is aborted', async () => {
    await using subject = open();
    await load(subject.link);
    const parts: GeneratedPart[] = [];
    for await (const part of subject.link.generate('m', ask('words'), never)) parts.push(part);
    expect(parts.at(-1)).toMatchObject({ type: 'end', finish: 'stop' });
    const interruption = new AbortController();
    const cut: GeneratedPart[] = [];
    for await (const part of subject.link.generate('m', ask('slow'), interruption.signal)) {
      cut.push(part);
      interruption.abort();
    }
    expect(cut).toMatchObject([{ type: 'text' }, { type: 'end', finish: 'aborted' }]);
  });

  it('loses what is under way with the process, tells it once, and can load again', async () => {
    await using subject = open();
    const lost: string[] = [];
    subject.link.onLost((reason) => lost.push(reason));
    await load(subject.link);
    const answer = subject.link.generate('m', ask('slow'), never)[Symbol.asyncIterator]();
    await answer.next();
    const next = answer.next();
    next.catch(() => undefined);
    subject.crash();
    await expect(next).rejects.toMatchObject({ trouble: 'process-lost' });
    expect(lost).toEqual(['it was ended by SIGKILL']);
    await load(subject.link);
    expect(await subject.link.count('m', 'x')).toBe(1);
  });
});
