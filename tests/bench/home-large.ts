import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { startFakeHomeAssistant } from '../fakes/home-assistant/start-fake-home-assistant.ts';
import { times } from './home-live.ts';
import { type HostProcess, startHostProcess } from './host-process.ts';
import { canMeasureProcesses, childrenOf, memoryOf } from './process-usage.ts';
import type { BenchSection, Figure } from './report.ts';
import { milliseconds } from './report.ts';

const ENTITIES = 10_000;
const RUNS = 40;
/** Before memory is read, ms: the grammar of the new names is learnt and what that took is given back. */
const SETTLE_MS = 8_000;

/** Ten thousand entities behind a Home Assistant: how soon they can be used, what they cost, how fast they are told. */
export async function benchLarge(): Promise<BenchSection> {
  await using fake = await startFakeHomeAssistant({ house: 'empty' });
  fake.fill(ENTITIES);
  await using host = await startHostProcess('');
  const notes = [
    `the tests' own Home Assistant server with ${ENTITIES} entities, the host in a process of its own; both share this machine`,
  ];
  const figures: Figure[] = [];
  if (canMeasureProcesses) figures.push(await memory('memory of the host before, with the demo home', host));
  const usable = host.event((event) => event.type === 'home-structure' && event.entities.length >= ENTITIES, 60_000);
  const began = performance.now();
  const [connected] = await Promise.all([host.client.connectHome({ url: fake.url, token: fake.token }), usable]);
  figures.push({
    name: `connecting → ${ENTITIES} entities at the page`,
    ...milliseconds(performance.now() - began),
    detail: `"${connected.title}" examined, secret and settings written, whole picture told`,
  });
  const reconnected = host.event(
    (event) => event.type === 'status-changed' && event.status.bridges.some(({ state }) => state === 'disconnected'),
  );
  const again = host.event(
    (event) => event.type === 'status-changed' && event.status.bridges.every(({ state }) => state === 'connected') && lost,
    60_000,
  );
  let lost = false;
  fake.loseConnection();
  await reconnected;
  lost = true;
  const away = performance.now();
  await again;
  figures.push({
    name: 'connection lost → whole picture again',
    ...milliseconds(performance.now() - away),
    detail: 'its pause before it tries again included',
  });
  if (canMeasureProcesses) {
    await sleep(SETTLE_MS);
    figures.push(await memory(`memory of the host with ${ENTITIES} entities`, host));
  } else notes.push('memory is read from /proc, which this system does not have, so it was skipped');

  const seen: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const degrees = (15 + run / 10).toFixed(1);
    const told = host.event(
      (event) => event.type === 'entity-changed' && event.entity.id === 'sensor.room_1_temperature_1' && event.entity.state === degrees,
    );
    const started = performance.now();
    fake.setState('sensor.room_1_temperature_1', degrees);
    await told;
    seen.push(performance.now() - started);
  }
  figures.push(...times('state change → page', seen, '≤ 50 ms'));

  const wire: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const turned = host.event((event) => event.type === 'turn-event' && event.event.type === 'turn-ended');
    const called = received(fake, 'call_service');
    const started = performance.now();
    await host.client.ask({ text: `turn ${run % 2 === 0 ? 'on' : 'off'} the room ${run + 1} lamp 1` });
    wire.push((await called) - started);
    await turned;
  }
  figures.push(...times('text → call at Home Assistant', wire, '≤ 50 ms'));
  return { title: `${ENTITIES} entities behind Home Assistant`, notes, figures };
}

/** When the next command of that type arrives. */
function received({ misbehaviour }: Awaited<ReturnType<typeof startFakeHomeAssistant>>, type: string): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const before = misbehaviour.received.bind(misbehaviour);
  misbehaviour.received = (message) => {
    before(message);
    if (message.type !== type) return;
    misbehaviour.received = before;
    resolve(performance.now());
  };
  return promise;
}

async function memory(name: string, { pid }: HostProcess): Promise<Figure> {
  const voice = await Promise.all((await childrenOf(pid)).map(memoryOf));
  const { proportional, resident } = await memoryOf(pid);
  return {
    name,
    value: proportional,
    unit: 'MB',
    detail: `resident ${resident}; the voice process beside it ${voice.map((each) => each.proportional).join(' + ')}`,
  };
}
