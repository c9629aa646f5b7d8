import { parseArgs } from 'node:util';
import { startFakeHomeAssistant } from './start-fake-home-assistant.ts';

/** `node tests/fakes/home-assistant/run.ts --port 8123 [--entities 10000] [--version 2026.2.1] [--tls] [--empty]`, until it is stopped. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8123' },
    entities: { type: 'string' },
    version: { type: 'string' },
    tls: { type: 'boolean', default: false },
    empty: { type: 'boolean', default: false },
  },
});

const fake = await startFakeHomeAssistant({
  port: wholeNumber('port', values.port),
  house: values.empty ? 'empty' : 'demo',
  tls: values.tls,
  ...(values.version === undefined ? {} : { version: values.version }),
});
if (values.entities !== undefined) fake.fill(wholeNumber('entities', values.entities));
process.stdout.write(`url    ${fake.url}\ntoken  ${fake.token}\n${fake.house.entities.size} entities; Ctrl+C ends it\n`);

const end = () => void fake[Symbol.asyncDispose]().then(() => process.exit(0));
process.once('SIGINT', end);
process.once('SIGTERM', end);

function wholeNumber(name: string, text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  process.stderr.write(`--${name} wants a whole number, not "${text}".\n`);
  process.exit(2);
}
