import type { ModelRouter } from '../../models/routing/model-router.ts';

/** Tokens of a summary. */
const LONGEST = 600;

/** One short text of a model, without tools. Rejects as the router does. */
export async function summarise(
  router: ModelRouter,
  { system, text }: { system: string; text: string },
  signal: AbortSignal,
): Promise<string> {
  const need = {
    privacy: 'may-leave',
    tools: false,
    vision: false,
    tokens: Math.ceil((system.length + text.length) / 3) + LONGEST,
    prefer: 'cheap',
  } as const;
  if (!router.available(need)) return '';
  let summary = '';
  const answer = router.answer(
    need,
    {
      prompt: [
        { role: 'system', content: system },
        { role: 'user', content: [{ type: 'text', text }] },
      ],
      maxOutputTokens: LONGEST,
      temperature: 0.2,
      abortSignal: signal,
    },
    () => undefined,
  );
  for await (const part of answer) if (part.type === 'text-delta') summary += part.delta;
  return summary;
}
