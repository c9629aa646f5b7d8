import { type HostToModels, HostToModelsSchema, type ModelsToHost } from '../../contract/models-message.ts';

/**
 * A models process without an engine, as a real child. Loads whatever it is told; the path makes it misbehave at the load: `/broken`, `/slow` (until it is
 * aborted), `/crash`. A prompt's last text does at an answer: `words` says some, `tool` calls one, `slow` says one word and then nothing until it is aborted,
 * `deaf` not even then, `crash` says one word and ends, `hang` stops answering anything, `grow` tells of far too much memory, `garbage` sends what is no
 * message, `mixed` answers a generation with an embedding. Arguments: `--no-engine`, `--dies` before the engine is there, `--stubborn`.
 */
const loaded = new Map<string, string>();
const aborts = new Map<string, () => void>();
let residentBytes = 1_000_000;

const tell = (message: ModelsToHost): void => {
  process.send?.(message);
};
const note = (message: string): void => tell({ type: 'log', level: 'info', message });

process.on('message', (raw) => take(HostToModelsSchema.parse(raw)));
if (process.argv.includes('--stubborn')) process.on('SIGTERM', () => undefined);

function take(message: HostToModels): void {
  switch (message.type) {
    case 'ping':
      tell({ type: 'pong', id: message.id, residentBytes, gpuFreeBytes: 42 });
      break;
    case 'configure':
      note(`configure ${message.build} ${message.engineFolder ?? '-'}`);
      if (process.argv.includes('--dies')) process.exit(7);
      if (process.argv.includes('--no-engine')) tell({ type: 'engine-failed', reason: 'node-llama-cpp is not installed' });
      else tell({ type: 'engine-ready', build: message.build, version: '3.22.1', cards: [] });
      break;
    case 'load':
      load(message.id, message.handle, message.request.path);
      break;
    case 'unload':
      note(`unload ${message.handle}`);
      loaded.delete(message.handle);
      tell({ type: 'unloaded', id: message.id });
      break;
    case 'generate':
      if (isLoaded(message.id, message.handle)) answer(message);
      break;
    case 'embed':
      note(`embed ${message.texts.length}`);
      if (isLoaded(message.id, message.handle)) {
        const vectors = message.texts.map(() => Float32Array.from([0.6, 0.8]));
        tell({ type: 'embedded', id: message.id, vectors: message.texts[0] === 'too few' ? [] : vectors });
      }
      break;
    case 'count':
      if (isLoaded(message.id, message.handle)) tell({ type: 'counted', id: message.id, tokens: message.text.length });
      break;
    case 'abort':
      note('abort');
      aborts.get(message.id)?.();
      break;
    default:
      message satisfies never;
  }
}

function isLoaded(id: string, handle: string): boolean {
  if (loaded.has(handle)) return true;
  tell({ type: 'failed', id, trouble: 'not-loaded', reason: `${handle} is not loaded` });
  return false;
}

function load(id: string, handle: string, path: string): void {
  if (path === '/crash') process.exit(1);
  if (path === '/broken') {
    tell({ type: 'failed', id, trouble: 'broken-file', reason: 'The file is cut off.' });
    return;
  }
  tell({ type: 'load-progress', id, progress: 0.5 });
  if (path === '/slow') {
    aborts.set(id, () => tell({ type: 'failed', id, trouble: 'aborted', reason: 'It was stopped.' }));
    return;
  }
  loaded.set(handle, path);
  tell({
    type: 'loaded',
    id,
    model: { contextSize: 64, batchSize: 8, gpuLayers: 0, gpuBytes: 0, memoryBytes: 1_000, loadMs: 3 },
  });
}

function answer({ id, request }: Extract<HostToModels, { type: 'generate' }>): void {
  const last = request.prompt.at(-1);
  const asked = last?.role === 'user' ? last.text : '';
  const end = (finish: 'stop' | 'tool-calls' | 'aborted'): void =>
    tell({ type: 'generated', id, finish, inputTokens: 9, cachedTokens: 4, outputTokens: 2, firstTokenMs: 1, ms: 2 });
  switch (asked) {
    case 'hang':
      for (;;);
    case 'garbage':
      process.send?.({ type: 'text', id, text: 12 });
      process.send?.('nonsense');
      break;
    case 'mixed':
      tell({ type: 'embedded', id, vectors: [] });
      break;
    case 'grow':
      residentBytes = 90_000_000_000;
      break;
    case 'tool':
      tell({ type: 'tool-call', id, toolCallId: 'call-1', name: 'lights', input: '{"on":true}' });
      end('tool-calls');
      return;
    case 'slow':
      aborts.set(id, () => end('aborted'));
      break;
  }
  tell({ type: 'text', id, text: 'Very ' });
  if (asked === 'slow' || asked === 'deaf') return;
  if (asked === 'crash') {
    // After the word has gone out.
    setImmediate(() => process.exit(1));
    return;
  }
  tell({ type: 'text', id, text: 'good.' });
  end('stop');
}
