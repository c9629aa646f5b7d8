/**
 * Runs in a process of its own, under Node's permission model: `module-runner.mjs ENTRY` reads one call from standard input, runs the function of
 * that name from the default export of ENTRY, and prints the answer. What the module prints itself goes to standard error.
 */
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const print = process.stdout.write.bind(process.stdout);
console.log = console.error;
console.info = console.error;
console.debug = console.error;

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const read = async () => JSON.parse((await lines.next()).value ?? 'null');
const answer = (message) => new Promise((done) => print(`${JSON.stringify(message)}\n`, done));

const call = await read();
const { id, tool, input } = call;

/** Secrets come one after the other: the answer to a question is the next line. */
let asking = Promise.resolve();
const secret = (name) => {
  const asked = asking.then(async () => {
    await answer({ id, secret: name });
    const { value, error } = await read();
    if (error !== undefined) throw new Error(error);
    return value;
  });
  asking = asked.catch(() => undefined);
  return asked;
};

try {
  const module = await import(pathToFileURL(process.argv[2]).href);
  const tools = module.default;
  if (typeof tools !== 'object' || tools === null || !Object.hasOwn(tools, tool) || typeof tools[tool] !== 'function')
    throw new Error(`the module has no function called ${tool}`);
  await answer({ id, output: (await tools[tool](input, { secret, data: process.env.DATA })) ?? null });
} catch (error) {
  await answer({ id, error: error instanceof Error ? error.message : String(error) });
}
process.exit(0);
