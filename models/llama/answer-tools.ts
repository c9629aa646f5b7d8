import type { ChatModelFunctions, ChatWrapper, GbnfJsonSchema } from 'node-llama-cpp';
import type { GenerateRequest } from '../../contract/models-message.ts';
import { ModelError } from '../model-link.ts';
import { type GrammarSchema, toolGrammarSchema } from './grammar-schema.ts';

/** The tools of one answer. */
export interface AnswerTools {
  /** What the prompt tells of; undefined: no tools. */
  documented: ChatModelFunctions | undefined;
  /** What may be called, each held to its grammar; undefined: nothing. */
  callable: ChatModelFunctions | undefined;
  /** The answer must be a call. */
  required: boolean;
  schemas: ReadonlyMap<string, GrammarSchema>;
}

const NONE: AnswerTools = { documented: undefined, callable: undefined, required: false, schemas: new Map() };

/** Throws where a tool is asked for that is not there. */
export function answerTools({ tools, toolChoice }: GenerateRequest, wrapper: ChatWrapper, log: (message: string) => void): AnswerTools {
  if (tools.length === 0 || toolChoice === 'none') {
    if (toolChoice === 'required') throw new ModelError('failed', 'A tool call was asked for, but there are no tools.');
    return NONE;
  }
  const only = typeof toolChoice === 'object' ? toolChoice.name : undefined;
  // A template that shows tools itself wants them as JSON Schema; the engine's own text knows but what it makes grammars of.
  const showsOriginal = 'usingJinjaFunctionCallTemplate' in wrapper && wrapper.usingJinjaFunctionCallTemplate === true;
  const schemas = new Map<string, GrammarSchema>();
  const documented: Record<string, ChatModelFunctions[string]> = {};
  const callable: Record<string, ChatModelFunctions[string]> = {};
  for (const { name, description, input } of tools) {
    if (!/^[^\s]+$/u.test(name)) throw new ModelError('failed', `A tool cannot be called ${JSON.stringify(name)}.`);
    const schema = toolGrammarSchema(input);
    if (schema.loosened.length > 0) log(`tool ${name}: not held to ${schema.loosened.join(', ')}`);
    schemas.set(name, schema);
    documented[name] = { description, params: showsOriginal ? shown(input, schema) : schema.grammar };
    if (only === undefined || only === name) callable[name] = { description, params: schema.grammar };
  }
  if (Object.keys(callable).length === 0) throw new ModelError('failed', `There is no tool ${only}.`);
  return { documented, callable, required: toolChoice !== 'auto', schemas };
}

/** Only ever printed into the prompt. */
function shown(input: unknown, schema: GrammarSchema): GbnfJsonSchema {
  return typeof input === 'object' && input !== null ? (input as GbnfJsonSchema) : schema.grammar;
}
