import { performance } from 'node:perf_hooks';
import { connectAsync, type MqttClient } from 'mqtt';
import { startDemoHome } from '../../iot/demo/start-demo-home.ts';
import { openLog } from '../../main/host/log.ts';
import { systemClock } from '../../main/host/system-clock.ts';
import { type HostProcess, startHostProcess } from './host-process.ts';
import type { BenchSection, Figure } from './report.ts';
import { milliseconds, quantile } from './report.ts';

const RUNS = 40;
const WARM_RUNS = 5;
const STATE_TOPIC = 'bench/thermometer';

/** What a written command takes to reach a device over MQTT, and a device's word to reach the page. */
export async function benchLive(): Promise<BenchSection> {
  await using demo = await startDemoHome({ clock: systemClock, random: Math.random, log: openLog({ level: 'warn' }) });
  await using host = await startHostProcess(`home: { type: mqtt, url: '${demo.url}', announce: false }\n`);
  const broker = await connectAsync(demo.url);
  try {
    const wire = await commandsToWire(host, broker);
    const page = await statesToPage(host, broker);
    return {
      title: 'A command out, a state in',
      notes: [
        'the host in a process of its own with its voice, the demo home over MQTT; commands and events go by the websocket that a page uses',
        'device = the command is at the broker; page = the event has arrived at a client of the host',
      ],
      figures: [...times('text → command at the broker', wire, '≤ 10 ms'), ...times('state change → page', page, '≤ 50 ms')],
    };
  } finally {
    await broker.endAsync();
  }
}

export const times = (name: string, each: readonly number[], target: string): Figure[] => [
  { name: `${name}, p50`, ...milliseconds(quantile(each, 0.5)), detail: `${each.length} times`, target },
  { name: `${name}, p99`, ...milliseconds(quantile(each, 0.99)) },
  { name: `${name}, most`, ...milliseconds(Math.max(...each)) },
];

async function commandsToWire(host: HostProcess, broker: MqttClient): Promise<number[]> {
  let arrived: (at: number) => void = () => undefined;
  broker.on('message', (topic) => {
    if (topic.startsWith('demo/')) arrived(performance.now());
  });
  await broker.subscribeAsync('demo/+/set/#');
  const taken: number[] = [];
  for (let run = 0; run < RUNS + WARM_RUNS; run += 1) {
    const { promise, resolve } = Promise.withResolvers<number>();
    arrived = resolve;
    let turnId: string | undefined;
    const ended = host.event((event) => event.type === 'turn-event' && event.event.type === 'turn-ended' && event.event.turnId === turnId);
    const began = performance.now();
    ({ turnId } = await host.client.ask({ text: `turn ${run % 2 === 0 ? 'on' : 'off'} the kitchen light` }));
    const at = await promise;
    await ended;
    if (run >= WARM_RUNS) taken.push(at - began);
  }
  return taken;
}

async function statesToPage(host: HostProcess, broker: MqttClient): Promise<number[]> {
  const announced = host.event(
    (event) => event.type === 'home-structure' && event.entities.some(({ name }) => name === 'Bench thermometer'),
  );
  const discovery = { name: 'Bench thermometer', unique_id: 'bench_thermometer', state_topic: STATE_TOPIC, unit_of_measurement: '°C' };
  await broker.publishAsync('homeassistant/sensor/bench_thermometer/config', JSON.stringify(discovery));
  await announced;
  const taken: number[] = [];
  for (let run = 0; run < RUNS + WARM_RUNS; run += 1) {
    const degrees = (15 + run / 10).toFixed(1);
    const seen = host.event(
      (event) =>
        event.type === 'entity-changed' && event.entity.name === 'Bench thermometer' && Number(event.entity.state) === Number(degrees),
    );
    const began = performance.now();
    broker.publish(STATE_TOPIC, degrees);
    await seen;
    if (run >= WARM_RUNS) taken.push(performance.now() - began);
  }
  return taken;
}
