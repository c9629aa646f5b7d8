import { z } from 'zod';
import { IntentMatchSchema } from '../../contract/intent.ts';
import type { Tool, ToolResult } from '../../tools/tool.ts';
import type { TimerService } from './timer-service.ts';
import { MAXIMUM_SECONDS, MAXIMUM_TIMERS } from './timer-service.ts';

const common = { version: '1.0.0', permissions: { timers: true }, risk: 'change' as const, reversible: true, timeoutMs: 5_000 };

const found = (timer: unknown): ToolResult =>
  timer === undefined ? { outcome: 'rejected', reason: 'That timer has ended already.' } : { outcome: 'confirmed', output: timer };

const StartInput = z
  .object({
    seconds: z.number().positive().max(MAXIMUM_SECONDS),
    name: z.string().max(80).optional(),
    room: z.string().optional(),
    command: z.string().max(500).optional(),
    matches: z.array(IntentMatchSchema).max(20).optional(),
  })
  .strict();
const OneTimer = z.object({ timerId: z.string() }).strict();

/** The tools that set, change and end timers. */
export function timerTools(timers: TimerService): Tool[] {
  const start: Tool<z.infer<typeof StartInput>> = {
    manifest: {
      ...common,
      name: 'timer.start',
      title: 'Start a timer',
      secrets: ['name', 'command', 'matches'],
      description: 'Rings, or carries out a command, after a time.',
      input: StartInput,
    },
    // A person who approves it approves what it will do.
    describe: ({ seconds, command }) => `Start a timer of ${seconds} seconds${command === undefined ? '' : `, and then: ${command}`}`,
    async run({ seconds, name, room, command, matches }) {
      if (timers.list().length >= MAXIMUM_TIMERS) return { outcome: 'rejected', reason: 'There are too many timers already.' };
      const timer = await timers.start({
        seconds,
        ...(name === undefined ? {} : { name }),
        ...(room === undefined ? {} : { room }),
        ...(command === undefined ? {} : { command }),
        ...(matches === undefined ? {} : { matches }),
      });
      return found(timers.find(timer.id));
    },
  };
  const CancelInput = z.object({ timerIds: z.array(z.string()).min(1) }).strict();
  const cancel: Tool<z.infer<typeof CancelInput>> = {
    manifest: { ...common, name: 'timer.cancel', title: 'Cancel timers', description: 'Ends timers before they ring.', input: CancelInput },
    describe: (input) => `Cancel ${input.timerIds.length} timers`,
    async run({ timerIds }) {
      await timers.cancel(timerIds);
      return { outcome: 'confirmed' };
    },
  };
  const ChangeInput = z.object({ timerId: z.string(), bySeconds: z.number().min(-MAXIMUM_SECONDS).max(MAXIMUM_SECONDS) }).strict();
  const change: Tool<z.infer<typeof ChangeInput>> = {
    manifest: {
      ...common,
      name: 'timer.change',
      title: 'Make a timer longer or shorter',
      description: 'Adds to or takes from what is left.',
      input: ChangeInput,
    },
    describe: (input) => `Change a timer by ${input.bySeconds} seconds`,
    run: async ({ timerId, bySeconds }) => found(await timers.change(timerId, bySeconds)),
  };
  const pause: Tool<z.infer<typeof OneTimer>> = {
    manifest: { ...common, name: 'timer.pause', title: 'Pause a timer', description: 'Holds a timer where it is.', input: OneTimer },
    describe: () => 'Pause a timer',
    run: async ({ timerId }) => found(await timers.pause(timerId)),
  };
  const resume: Tool<z.infer<typeof OneTimer>> = {
    manifest: {
      ...common,
      name: 'timer.resume',
      title: 'Go on with a timer',
      description: 'Lets a paused timer run again.',
      input: OneTimer,
    },
    describe: () => 'Go on with a timer',
    run: async ({ timerId }) => found(await timers.resume(timerId)),
  };
  return [start, cancel, change, pause, resume] as Tool[];
}
