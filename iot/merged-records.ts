import { JarvisError } from '../contract/failure.ts';
import type { Entity, StatePoint } from '../contract/home.ts';
import { bridgeAway } from './bridge-away.ts';
import type { HomeBridge, HomeRecords } from './home-bridge.ts';
import type { Owner } from './merged-entities.ts';

/** What JARVIS itself remembers of states; see `StateRecorder`. */
interface Recorder {
  history(entities: readonly Entity[], from: number, to: number): Map<string, StatePoint[]>;
}

interface Sources {
  bridges: readonly HomeBridge[];
  entity(entityId: string): Entity | undefined;
  ownersOf(entityId: string): readonly Owner[];
  recorder: Recorder | undefined;
}

type Asked = { bridge: HomeBridge; records: HomeRecords; entityId: string };

/** What the bridges can look up, as one: a member that no bridge has is absent. */
export function mergedRecords({ bridges, entity, ownersOf, recorder }: Sources): HomeRecords {
  const any = (member: keyof HomeRecords): boolean => bridges.some(({ records }) => records?.[member] !== undefined);

  /** The first bridge that knows the entity, has that kind of record and can be asked now. */
  function ownerWith(entityId: string, member: keyof HomeRecords): Asked | undefined {
    for (const { bridge, entityId: own } of ownersOf(entityId))
      if (bridge.records?.[member] && bridge.status.state === 'connected') return { bridge, records: bridge.records, entityId: own };
    return undefined;
  }

  /** @throws JarvisError with the reason why nobody can be asked */
  function mustOwn(entityId: string, member: keyof HomeRecords): Asked {
    const found = ownerWith(entityId, member);
    if (found) return found;
    const known = entity(entityId);
    if (!known) throw new JarvisError('no-target', entityId.slice(0, 80));
    const away = ownersOf(entityId).find(({ bridge }) => bridge.records?.[member]);
    throw new JarvisError('tool-failed', away ? bridgeAway(away.bridge.status, known) : `${known.name} has nothing of that kind.`);
  }

  async function history(entityIds: readonly string[], from: number, to: number, signal: AbortSignal): Promise<Map<string, StatePoint[]>> {
    const found = new Map<string, StatePoint[]>();
    const perBridge = new Map<HomeBridge, { records: HomeRecords; ids: Map<string, string> }>();
    for (const asked of new Set(entityIds)) {
      const owner = ownerWith(asked, 'history');
      if (!owner) continue;
      const group = perBridge.get(owner.bridge) ?? { records: owner.records, ids: new Map<string, string>() };
      perBridge.set(owner.bridge, { ...group, ids: group.ids.set(owner.entityId, asked) });
    }
    let failure: unknown;
    await Promise.all(
      [...perBridge.values()].map(async ({ records, ids }) => {
        try {
          const points = await records.history?.([...ids.keys()], from, to, signal);
          for (const [own, asked] of ids) found.set(asked, points?.get(own) ?? []);
        } catch (error) {
          failure ??= error;
        }
      }),
    );
    signal.throwIfAborted();
    const left = entityIds.filter((asked) => !found.get(asked)?.length);
    const remembered = recorder?.history(
      left.flatMap((asked) => entity(asked) ?? []),
      from,
      to,
    );
    for (const asked of left) {
      const points = remembered?.get(entity(asked)?.id ?? '');
      if (points?.length) found.set(asked, points);
    }
    // what is remembered here stands in for a bridge that failed; without it the failure is the answer
    if (failure !== undefined && left.every((asked) => !found.get(asked)?.length)) throw failure;
    return found;
  }

  return {
    ...((any('history') || recorder) && { history }),
    ...(any('calendarEvents') && {
      calendarEvents: async (entityId: string, from: number, to: number, signal: AbortSignal) => {
        const { records, entityId: own } = mustOwn(entityId, 'calendarEvents');
        return (await records.calendarEvents?.(own, from, to, signal)) ?? [];
      },
    }),
    ...(any('forecast') && {
      forecast: async (entityId: string, type: 'daily' | 'hourly', signal: AbortSignal) => {
        const { records, entityId: own } = mustOwn(entityId, 'forecast');
        return (await records.forecast?.(own, type, signal)) ?? [];
      },
    }),
    ...(any('todoItems') && {
      todoItems: async (entityId: string, signal: AbortSignal) => {
        const { records, entityId: own } = mustOwn(entityId, 'todoItems');
        return (await records.todoItems?.(own, signal)) ?? [];
      },
    }),
    ...converseMember(bridges),
  };
}

/** The first connected bridge with an agent answers. */
function converseMember(bridges: readonly HomeBridge[]): Pick<HomeRecords, 'converse'> {
  const able = bridges.filter(({ records }) => records?.converse);
  if (able.length === 0) return {};
  return {
    converse: async (text, options, signal) => {
      const answer = await able.find(({ status }) => status.state === 'connected')?.records?.converse?.(text, options, signal);
      if (!answer) throw new JarvisError('home-unreachable');
      return answer;
    },
  };
}
