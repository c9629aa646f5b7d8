import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import mqtt from 'mqtt';
import type { HomeBridge } from '../../iot/home-bridge.ts';
import { createMqttBridge } from '../../iot/mqtt/mqtt-bridge.ts';
import { systemClock } from '../../main/host/system-clock.ts';
import { silentLog } from '../fakes/silent-log.ts';
import { startMosquitto } from '../fakes/start-mosquitto.ts';

export interface FloodFigures {
  /** Messages that were sent, all of which the broker hands on. */
  sent: number;
  /** ms */
  eventLoopDelayP99: number;
  eventLoopDelayMax: number;
  /** How often a timer of 10 ms came round. */
  ticks: number;
  /** Of one processor, while the flood lasts; publisher and broker are other processes. */
  cpuPercent: number;
  /** MB resident at the end, and how much more than before. */
  memory: number;
  memoryGrown: number;
  /** Entities whose last state is that of their topic's last message, of all. */
  right: number;
  entities: number;
}

const topics = 100;
const readings = ['value', 'humidity', 'linkquality'];

/** Devices as Zigbee2MQTT has them: one topic each, several entities on it. */
async function announceDevices(url: string, bridge: HomeBridge): Promise<void> {
  const client = await mqtt.connectAsync(url, { protocolVersion: 4, reconnectPeriod: 0 });
  for (let topic = 0; topic < topics; topic += 1)
    for (const reading of readings)
      client.publish(
        `homeassistant/sensor/flood${topic}/${reading}/config`,
        JSON.stringify({
          name: reading,
          uniq_id: `flood_${topic}_${reading}`,
          obj_id: `flood_${topic}_${reading}`,
          stat_t: `flood/${topic}`,
          val_tpl: `{{ value_json.${reading} }}`,
          dev: { ids: [`flood${topic}`], name: `Flood ${topic}` },
        }),
        { retain: true },
      );
  // the broker has every subscription once each has been heard from
  for (let round = 0; round < 200; round += 1) {
    for (let topic = 0; topic < topics; topic += 1) client.publish(`flood/${topic}`, '{"value":0,"humidity":0,"linkquality":0}');
    await sleep(50);
    if (bridge.snapshot().entities.filter(({ state }) => state === '0').length === topics * readings.length) break;
  }
  await client.endAsync();
}

const heardLast = (bridge: HomeBridge): number =>
  Array.from({ length: topics }, (_, topic) => bridge.entity(`sensor.flood_${topic}_value`)?.state === String(1_000_000 + topic)).filter(
    Boolean,
  ).length;

/** A real broker floods a real bridge; what that costs, and whether every last state arrived. Needs mosquitto. */
export async function floodBroker({ seconds, rate }: { seconds: number; rate: number }): Promise<FloodFigures> {
  await using broker = await startMosquitto();
  const ending = new AbortController();
  const bridge = createMqttBridge({ url: broker.url, clientId: 'flooded', clock: systemClock, log: silentLog });
  try {
    await bridge.connect(ending.signal);
    await announceDevices(broker.url, bridge);
    const memoryBefore = process.memoryUsage.rss() / 1e6;
    const delay = monitorEventLoopDelay({ resolution: 5 });
    const cpu = process.cpuUsage();
    const began = performance.now();
    delay.enable();
    let ticks = 0;
    const ticking = setInterval(() => {
      ticks += 1;
    }, 10);
    const publisher = await promisify(execFile)(process.execPath, [
      join(import.meta.dirname, 'flood-publisher.ts'),
      broker.url,
      String(rate),
      String(seconds),
      String(topics),
    ]);
    const lasted = performance.now() - began;
    delay.disable();
    clearInterval(ticking);
    const used = process.cpuUsage(cpu);
    for (let round = 0; round < 100 && heardLast(bridge) < topics; round += 1) await sleep(50);
    const memory = process.memoryUsage.rss() / 1e6;
    return {
      sent: Number(publisher.stdout),
      eventLoopDelayP99: delay.percentile(99) / 1e6,
      eventLoopDelayMax: delay.max / 1e6,
      ticks,
      cpuPercent: ((used.user + used.system) / 1000 / lasted) * 100,
      memory,
      memoryGrown: memory - memoryBefore,
      right: heardLast(bridge),
      entities: topics,
    };
  } finally {
    ending.abort();
  }
}
