import { type ShallowReactive, type ShallowRef, shallowReactive, shallowRef } from 'vue';
import type { ModelBench } from '../../contract/models-interface.ts';
import { reasonOf } from '../home-requests.ts';
import { type Session, useSession } from '../session.ts';

export interface News {
  tone: 'good' | 'warn' | 'bad';
  text: string;
}

/** What is being done about models, and what came of it. It outlives the view: a measurement takes minutes. */
export interface ModelActions {
  /** By model, download or `engine`: what is under way, in words. */
  busy: ShallowReactive<Map<string, string>>;
  /** By the same: why it did not work. */
  failures: ShallowReactive<Map<string, string>>;
  /** By model. */
  benches: ShallowReactive<Map<string, ModelBench>>;
  news: ShallowRef<News | undefined>;
  /** One thing at a time for each key. `work` resolves to what is to be said about it. Resolves to whether it went well. */
  run(key: string, words: string, work: () => Promise<string>): Promise<boolean>;
}

const ofSession = new WeakMap<Session, ModelActions>();

export function useModelActions(): ModelActions {
  const session = useSession();
  const known = ofSession.get(session);
  if (known) return known;
  const actions = createModelActions();
  ofSession.set(session, actions);
  return actions;
}

export function createModelActions(): ModelActions {
  const busy = shallowReactive(new Map<string, string>());
  const failures = shallowReactive(new Map<string, string>());
  const news = shallowRef<News>();
  return {
    busy,
    failures,
    benches: shallowReactive(new Map()),
    news,
    async run(key, words, work) {
      if (busy.has(key)) return false;
      busy.set(key, words);
      failures.delete(key);
      news.value = undefined;
      try {
        const text = await work();
        if (text !== '') news.value = { tone: 'good', text };
        return true;
      } catch (error) {
        failures.set(key, reasonOf(error));
        return false;
      } finally {
        busy.delete(key);
      }
    },
  };
}
