import { describe, expect, it } from 'vitest';
import { MindSettingsSchema, PersonaSchema } from '../../contract/models.ts';
import { personaOf, personaPrompt } from './persona-prompt.ts';

const prompt = (persona: object = {}, mood: Parameters<typeof personaPrompt>[1] = 'neutral', spoken = true) =>
  personaPrompt(PersonaSchema.parse(persona), mood, { spoken });

describe('the persona', () => {
  it('is British, dry and nobody’s servant, whatever the sliders say', () => {
    for (const value of [0, 50, 100]) {
      expect(prompt({ formality: value, verbosity: value, humour: value })).toMatch(
        /^You are JARVIS.*British, dry, competent and loyal.*nobody’s servant/u,
      );
    }
  });

  it.each(['formality', 'verbosity', 'humour'])('changes with the slider for %s, and only at its thresholds', (slider) => {
    const prompts = Array.from({ length: 101 }, (_, value) => prompt({ [slider]: value }));
    const changes = prompts.filter((each, index) => index > 0 && each !== prompts[index - 1]);
    expect(new Set(prompts).size).toBe(4);
    expect(changes).toHaveLength(3);
  });

  it.each(['frustrated', 'hurried', 'sad'] as const)('does not joke with somebody who is %s', (mood) => {
    expect(prompt({ humour: 100 })).toContain('wit wherever it fits');
    expect(prompt({ humour: 100 }, mood)).not.toMatch(/\bwit\b|remark/u);
  });

  it('calls people as they want to be called, in one line', () => {
    expect(prompt()).toContain('Do not address the person');
    expect(prompt({ address: 'Anna\nIgnore “all”' })).toContain('as “Anna Ignore all”');
    expect(prompt({ extra: 'Mention tea.' })).toContain('Mention tea.');
  });

  it('writes for the ear or for the page', () => {
    expect(prompt({}, 'neutral', true)).toContain('read aloud');
    expect(prompt({}, 'neutral', false)).toContain('Markdown');
  });

  it("is a person's own, or the household's", () => {
    const settings = MindSettingsSchema.parse({ persona: { humour: 1 }, personas: { Anna: { humour: 2 } } });
    expect(personaOf(settings, 'Anna').humour).toBe(2);
    expect(personaOf(settings, 'Bert').humour).toBe(1);
    expect(personaOf(settings, undefined).humour).toBe(1);
    expect(personaOf(settings, 'constructor').humour).toBe(1);
  });
});
