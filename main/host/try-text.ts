import type { TurnServices } from '../../assistant/turn/run-turn.ts';
import { runTurn } from '../../assistant/turn/run-turn.ts';
import type { IntentMatch } from '../../contract/intent.ts';
import type { Trial } from '../../contract/interface.ts';
import type { ToolOutcome, ToolRequest } from '../../contract/tool.ts';
import type { TurnEventBody } from '../../contract/turn-event.ts';
import type { Gate } from '../../tools/gate.ts';
import type { ToolRegistry } from '../../tools/registry.ts';
import type { Tool } from '../../tools/tool.ts';

/** What is said where a call would be. */
const DRY: ToolOutcome = { outcome: 'accepted', dryRun: true };

/**
 * "What would this do?": the turn as it would be, but every call that changes something is described instead of made. Looking is allowed, so that
 * questions get the answer they would get.
 */
export async function tryText(
  request: { text: string; room?: string | undefined },
  services: TurnServices & { registry: ToolRegistry },
  signal: AbortSignal,
): Promise<Omit<Trial, 'problems'>> {
  const { registry, newId, phrasebook } = services;
  const told = new Telling();
  const gate: Gate = {
    async call(call, callSignal) {
      const tool = registry.get(call.tool);
      if (tool?.manifest.risk === 'observe') return services.gate.call({ ...call, dryRun: false }, callSignal);
      const described = describe(tool, call);
      told.call(described);
      return described.outcome;
    },
  };
  const room = request.room === undefined ? {} : { room: request.room };
  // The same sentences for both, also when names change in between.
  const book = phrasebook();
  const understanding = book.understand(request.text, room);
  await runTurn(
    { turnId: newId(), text: request.text, source: 'page', dryRun: true, ...room },
    undefined,
    { ...services, phrasebook: () => book, gate },
    (event) => told.event(event),
    signal,
  );
  const matches: IntentMatch[] =
    understanding.type === 'matched' ? understanding.matches : understanding.type === 'ambiguous' ? [understanding.match] : [];
  const reply = told.reply;
  return { understood: understanding.type !== 'none', matches, effects: told.effects, ...(reply !== undefined && { reply }) };
}

interface Described {
  sentence: string;
  outcome: ToolOutcome;
}

function describe(tool: Tool | undefined, { tool: name, input }: ToolRequest): Described {
  if (tool === undefined)
    return {
      sentence: `Nothing: there is no tool called ${name}.`,
      outcome: { outcome: 'failed', reason: `there is no tool called ${name}` },
    };
  const parsed = tool.manifest.input.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const reason = `${name} cannot take that: ${issue === undefined ? 'it does not fit' : `${issue.path.join('.')} ${issue.message}`.trim()}`;
    return { sentence: `Nothing: ${reason}.`, outcome: { outcome: 'failed', reason } };
  }
  const risk = tool.riskOf?.(parsed.data) ?? tool.manifest.risk;
  const sentence = tool.describe(parsed.data);
  return { sentence: risk === 'guarded' ? `${sentence} (you would be asked first)` : sentence, outcome: DRY };
}

/** Gathers what the turn would do and say. */
class Telling {
  readonly effects: string[] = [];
  reply: string | undefined;
  /** Words after a call that was only described are about the dry run, not about the home. */
  #described = false;
  #failed = false;

  call({ sentence }: Described): void {
    this.#described = true;
    this.effects.push(sentence);
  }

  event(event: TurnEventBody): void {
    switch (event.type) {
      case 'intent-matched':
        this.#described = false;
        return;
      case 'turn-failed':
        this.#failed = true;
        return;
      case 'reply-delta':
        if (!this.#described && !this.#failed && event.text.trim() !== '') this.effects.push(event.text.trim());
        return;
      case 'reply-ended':
        if (event.expectsAnswer === true) {
          // What is asked back is no effect.
          if (this.effects.at(-1) === event.text.trim()) this.effects.pop();
          this.reply = event.text;
        } else if (this.#failed) this.reply = event.text;
        return;
      default:
        return;
    }
  }
}
