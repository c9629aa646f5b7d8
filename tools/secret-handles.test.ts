import { beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ToolRequest } from '../contract/tool.ts';
import { FakeClock } from '../tests/fakes/fake-clock.ts';
import type { AuditBody } from './audit-entry.ts';
import { runTool } from './run-tool.ts';
import { createSecretHandles, type SecretHandles } from './secret-handles.ts';
import type { Tool, ToolContext, ToolResult } from './tool.ts';

const VALUE = 'sk-canary/42+x';
const call = { requestId: 'r', turnId: 't', tool: 'weather.ask', digest: 'd' };
const clock = new FakeClock();

let recorded: AuditBody[];
let refuseRecord: boolean;
let handles: SecretHandles;

beforeEach(() => {
  recorded = [];
  refuseRecord = false;
  handles = createSecretHandles({
    secrets: { get: async (name) => (name === 'weather key' ? VALUE : undefined) },
    audit: {
      async write(bodies) {
        if (refuseRecord) throw new Error('no space left');
        recorded.push(...(Array.isArray(bodies) ? bodies : [bodies]));
      },
    },
  });
});

function toolThat(run: (context: ToolContext) => Promise<ToolResult>, secrets: string[] = ['weather key', 'gone']): Tool {
  return {
    manifest: {
      name: 'weather.ask',
      version: '1.0.0',
      title: 'Ask for the weather',
      description: '',
      input: z.unknown(),
      permissions: { secrets },
      risk: 'observe',
      reversible: true,
      timeoutMs: 1_000,
    },
    describe: () => '',
    run: (_input, context) => run(context),
  };
}

const request: ToolRequest = { id: 'r', turnId: 't', tool: 'weather.ask', input: {}, source: 'voice', dryRun: false };
const run = async (tool: Tool) =>
  (await runTool(tool, {}, { request, clock, signal: new AbortController().signal, secrets: handles.for(tool.manifest, call) })).outcome;

const secretOf = async (context: ToolContext, name = 'weather key'): Promise<string> => {
  if (context.secret === undefined) throw new Error('no handles');
  return context.secret(name);
};

describe('a tool that needs a secret', () => {
  it('gets the value behind a name of its manifest, and the record has the name alone', async () => {
    let got = '';
    expect(
      await run(
        toolThat(async (context) => {
          got = await secretOf(context);
          return { outcome: 'confirmed' };
        }),
      ),
    ).toEqual({ outcome: 'confirmed' });
    expect(got).toBe(VALUE);
    expect(recorded).toEqual([{ kind: 'secret', act: 'used', name: 'weather key', ...call }]);
    expect(JSON.stringify(recorded)).not.toContain(VALUE);
  });

  it.each([
    ['that its manifest does not name', 'bank', 'may not use the secret "bank"'],
    ['that nobody has set', 'gone', 'jarvis secrets set "gone"'],
  ])('is refused one %s, in words and in the record', async (_what, name, reason) => {
    const outcome = await run(toolThat(async (context) => ({ outcome: 'confirmed', output: await secretOf(context, name) })));
    expect(outcome).toMatchObject({ outcome: 'failed', reason: expect.stringContaining(reason) });
    expect(recorded).toMatchObject([{ kind: 'secret', act: 'refused', name }]);
  });

  it('gets nothing when the use cannot be recorded', async () => {
    refuseRecord = true;
    let got: string | undefined;
    const outcome = await run(
      toolThat(async (context) => {
        got = await secretOf(context);
        return { outcome: 'confirmed' };
      }),
    );
    expect(outcome.outcome).toBe('failed');
    expect(got).toBeUndefined();
  });

  it('cannot give it away in its output or its error, in whichever form it usually stands', async () => {
    const forms = (value: string): string[] => [value, encodeURIComponent(value), Buffer.from(value).toString('base64')];
    const output = await run(
      toolThat(async (context) => {
        const value = await secretOf(context);
        return { outcome: 'confirmed', output: { said: forms(value).map((form) => `<${form}>`), [value]: 1 } };
      }),
    );
    const failed = await run(
      toolThat(async (context) => {
        throw new Error(`GET https://weather/?key=${encodeURIComponent(await secretOf(context))} failed`);
      }),
    );
    for (const form of forms(VALUE)) expect(JSON.stringify([output, failed])).not.toContain(form);
    expect(failed.reason).toBe('GET https://weather/?key=(secret) failed');
  });

  it('has no handles at all where the host gives none', async () => {
    const tool = toolThat(async (context) => ({ outcome: 'confirmed', output: context.secret === undefined }));
    const ran = await runTool(tool, {}, { request, clock, signal: new AbortController().signal, secrets: undefined });
    expect(ran.outcome.output).toBe(true);
  });
});
