import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';

/**
 * A process of its own that floods a broker: `flood-publisher.ts URL RATE SECONDS TOPICS`. Writes how many messages it has sent.
 * The last message on every topic says `value: 1000000 + topic`.
 */
const [url = '', rate = '5000', seconds = '5', topics = '100'] = process.argv.slice(2);
const client = await mqtt.connectAsync(url, { protocolVersion: 4, reconnectPeriod: 0 });
const payload = (value: number): string =>
  JSON.stringify({
    value,
    humidity: 40 + (value % 20),
    linkquality: value % 255,
    battery: 97,
    voltage: 3010,
    last_seen: '2026-01-01T00:00:00Z',
  });
const began = performance.now();
let sent = 0;
while (performance.now() - began < Number(seconds) * 1000) {
  const due = Math.floor(((performance.now() - began) / 1000) * Number(rate));
  for (; sent < due; sent += 1) client.publish(`flood/${sent % Number(topics)}`, payload(sent));
  await sleep(5);
}
for (let topic = 0; topic < Number(topics); topic += 1) client.publish(`flood/${topic}`, payload(1_000_000 + topic));
sent += Number(topics);
await client.endAsync();
process.stdout.write(String(sent));
