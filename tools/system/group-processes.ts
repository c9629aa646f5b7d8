import type { ProcessUse } from './system-facts.ts';

/** Processes of one program together, as people think of them; the largest first. */
export function groupProcesses(
  list: readonly { name: string; pid: number; memory: number; processor: number }[],
  by: 'memory' | 'processor',
  limit: number,
): ProcessUse[] {
  const groups = new Map<string, ProcessUse>();
  for (const { name, pid, memory, processor } of list) {
    const group = groups.get(name) ?? { name, memory: 0, processor: 0, processes: 0, pids: [] };
    group.memory += memory;
    group.processor += processor;
    group.processes += 1;
    if (group.pids.length < 50) group.pids.push(pid);
    groups.set(name, group);
  }
  return [...groups.values()]
    .sort((left, right) => right[by] - left[by] || (left.name < right.name ? -1 : 1))
    .slice(0, limit)
    .map((group) => ({ ...group, processor: Math.round(group.processor * 10) / 10 }));
}
