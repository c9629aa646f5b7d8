import type { HardwareReport, HardwareSample } from '../../contract/hardware.ts';
import type { Download, InstalledModel, ProviderStatus, ResidentModel, Spending, UsageDay } from '../../contract/models.ts';

const GB = 1024 ** 3;
/** ms since the epoch */
const AT = 1_700_000_000_000;

export const installedModel = (id: string, more: Partial<InstalledModel> = {}): InstalledModel => ({
  id,
  kind: 'chat',
  title: id,
  path: `/data/models/${id}.gguf`,
  bytes: 4_920_000_000,
  source: 'downloaded',
  addedAt: AT,
  ...more,
});

/** A model of the list that lies here, so that the list shows it as installed. */
export const LLAMA = installedModel('llama-3.1-8b-instruct-q4_k_m', {
  title: 'Llama 3.1 8B',
  catalogueId: 'llama-3.1-8b-instruct',
  quantisation: 'Q4_K_M',
});

export const residentModel = (more: Partial<ResidentModel> = {}): ResidentModel => ({
  modelId: LLAMA.id,
  title: LLAMA.title,
  kind: 'chat',
  state: 'ready',
  progress: 1,
  gpuLayers: 33,
  contextSize: 8192,
  gpuBytes: Math.round(6.4 * GB),
  memoryBytes: Math.round(0.4 * GB),
  pinned: false,
  busy: false,
  lastUsedAt: AT,
  loadMs: 2300,
  ...more,
});

export const download = (more: Partial<Download> = {}): Download => ({
  id: 'd1',
  title: 'Qwen3 8B Q4_K_M',
  modelId: 'qwen3-8b-q4_k_m',
  kind: 'chat',
  url: 'https://huggingface.co/unsloth/Qwen3-8B-GGUF/resolve/main/Qwen3-8B-Q4_K_M.gguf',
  state: 'running',
  doneBytes: 2_100_000_000,
  totalBytes: 5_027_784_512,
  bytesPerSecond: 32_000_000,
  startedAt: AT,
  ...more,
});

const anthropic = { id: 'claude-sonnet', tools: true, vision: true, contextLength: 200_000, quality: 90, price: { input: 3, output: 15 } };

/** One provider in each state. */
export function fakeProviders(until: number): ProviderStatus[] {
  const one = (
    settings: Partial<ProviderStatus['settings']> & Pick<ProviderStatus['settings'], 'id' | 'type'>,
    rest: Omit<ProviderStatus, 'settings'>,
  ) => ({
    settings: { enabled: true, models: [], ...settings },
    ...rest,
  });
  return [
    one({ id: 'local', type: 'local' }, { state: 'ready', leavesHouse: false }),
    one({ id: 'ollama', type: 'ollama' }, { state: 'ready', leavesHouse: false }),
    one(
      { id: 'anthropic', type: 'anthropic', secret: 'provider-anthropic', models: [anthropic] },
      { state: 'over-budget', leavesHouse: true, problem: 'The budget of this month is used up.', until },
    ),
    one(
      { id: 'openai', type: 'openai', models: [{ id: 'gpt-mini', tools: true, vision: true, quality: 70 }] },
      { state: 'no-key', leavesHouse: true, problem: 'OpenAI has no key yet.' },
    ),
    one(
      { id: 'workshop', type: 'openai-compatible', title: 'The server in the workshop', url: 'http://192.168.1.20:8080/v1' },
      { state: 'resting', leavesHouse: false, problem: 'The server in the workshop cannot be reached.', until },
    ),
    one({ id: 'google', type: 'google', enabled: false }, { state: 'off', leavesHouse: true }),
  ];
}

/** Thirty days of two models outside and one at home. `today`: `2026-11-21` */
export function fakeSpending(today: string, more: Partial<Spending> = {}): Spending {
  const end = Date.parse(`${today}T00:00:00Z`);
  const days = Array.from({ length: 30 }, (_, index) => new Date(end - index * 86_400_000).toISOString().slice(0, 10)).flatMap(
    (day, index): UsageDay[] => [
      {
        day,
        provider: 'anthropic',
        model: 'claude-sonnet',
        answers: 4 + (index % 5),
        inputTokens: 9000 + index * 300,
        outputTokens: 2000,
        costMicros: 57_000 + (index % 7) * 21_000,
      },
      {
        day,
        provider: 'openai',
        model: 'gpt-mini',
        answers: index % 4,
        inputTokens: 3000,
        outputTokens: 700 * (index % 4),
        costMicros: 4000 * (index % 4),
      },
      {
        day,
        provider: 'local',
        model: 'llama-3.1-8b-instruct-q4_k_m',
        answers: 20,
        inputTokens: 40_000,
        outputTokens: 8000,
        costMicros: 0,
      },
    ],
  );
  const sum = (used: UsageDay[]) => ({
    inputTokens: used.reduce((total, each) => total + each.inputTokens, 0),
    outputTokens: used.reduce((total, each) => total + each.outputTokens, 0),
    costMicros: used.reduce((total, each) => total + each.costMicros, 0),
  });
  return {
    budget: { currency: 'EUR', perDay: 0.25, perMonth: 3, tokensPerDay: 200_000 },
    today: sum(days.filter(({ day }) => day === today)),
    month: sum(days.filter(({ day }) => day.slice(0, 7) === today.slice(0, 7))),
    days,
    ...more,
  };
}

/** A machine at work. `cards` of them; `now` in ms since the epoch, `count` samples `step` ms apart. */
export function fakeHardware(now: number, cards: number, count = 300, step = 2000): HardwareReport {
  const sample = (index: number): HardwareSample => {
    const wave = (Math.sin(index / 17) + 1) / 2;
    return {
      at: now - (count - 1 - index) * step,
      cpu: { load: 0.1 + wave * 0.5, temperature: 45 + wave * 20, clock: 4300 },
      memory: { usedBytes: (10 + wave * 2) * GB, totalBytes: 32 * GB, swapUsedBytes: 0 },
      cards: Array.from({ length: cards }, (_, card) => ({
        name: card === 0 ? 'GeForce GTX 1080 Ti' : 'Radeon RX 6600',
        load: wave * (card === 0 ? 0.97 : 0.3),
        usedBytes: (card === 0 ? 6.8 : 1.2) * GB,
        totalBytes: (card === 0 ? 11 : 8) * GB,
        temperature: card === 0 ? 62 + wave * 24 : 48,
        ...(card === 0 && { watts: 80 + wave * 160, limitWatts: 250, fan: 0.3 + wave * 0.5, clock: 1911, throttled: wave > 0.6 }),
      })),
      disks: [
        { mount: '/', usedBytes: 180 * GB, totalBytes: 466 * GB },
        { mount: '/home', usedBytes: 1750 * GB, totalBytes: 1863 * GB },
      ],
      network: { received: 1_200_000 * wave, sent: 90_000 },
      jarvis: { memoryBytes: 410_000_000 },
    };
  };
  const history = Array.from({ length: count }, (_, index) => sample(index));
  const last = history.at(-1);
  return { history, problems: [], ...(last !== undefined && { now: last }) };
}
