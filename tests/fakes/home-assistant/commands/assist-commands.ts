import { z } from 'zod';
import { type PipelineRunOptions, pipeline, runPipeline, stages } from '../assist-pipeline.ts';
import { type Command, command, parseFields } from '../command.ts';
import { CommandError } from '../command-error.ts';

const run = {
  start_stage: z.enum(stages),
  end_stage: z.enum(stages),
  input: z.record(z.string(), z.unknown()).optional(),
  pipeline: z.string().optional(),
  conversation_id: z.string().nullable().optional(),
  device_id: z.string().nullable().optional(),
  timeout: z.number().optional(),
};

const audioInput = z.object({ input: z.object({ sample_rate: z.number().int() }) });
const textInput = z.object({ input: z.object({ text: z.string() }) });

/** Pipelines: their list, and runs. */
export function assistCommands(options: Pick<PipelineRunOptions, 'conversation' | 'speech' | 'transcribe'>): Command[] {
  return [
    command('assist_pipeline/pipeline/list', {}, (connection, _message, id) =>
      connection.sendResult(id, { pipelines: [pipeline], preferred_pipeline: pipeline.id }),
    ),
    command('assist_pipeline/pipeline/get', { pipeline_id: z.string().optional() }, (connection, message, id) => {
      if (message.pipeline_id !== undefined && message.pipeline_id !== pipeline.id) {
        throw new CommandError('not_found', `Unable to find pipeline_id ${message.pipeline_id}`);
      }
      connection.sendResult(id, pipeline);
    }),
    command('assist_pipeline/language/list', {}, (connection, _message, id) => connection.sendResult(id, { languages: ['en'] })),
    command('assist_pipeline/run', run, async (connection, message, id) => {
      if (message.pipeline !== undefined && message.pipeline !== pipeline.id) {
        throw new CommandError('pipeline-not-found', `Pipeline not found: id=${message.pipeline}`);
      }
      const { start_stage: start, end_stage: end } = message;
      if (start === 'wake_word') throw new CommandError('wake-engine-missing', 'No wake word engine');
      let text = '';
      if (start === 'stt') parseFields(audioInput, { input: message.input });
      else text = parseFields(textInput, { input: message.input }).input.text;
      const { conversation_id: conversationId = null, timeout: timeoutSeconds = 300 } = message;
      await runPipeline({ ...options, id, connection, start, end, text, conversationId, timeoutSeconds });
    }),
  ];
}
