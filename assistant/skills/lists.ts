import { z } from 'zod';
import type { Entity } from '../../contract/home.ts';
import { TodoItemSchema } from '../../contract/home.ts';
import type { IntentMatch } from '../../contract/intent.ts';
import { actPlan, targetsOf } from './calls.ts';
import { ITEMS_TOOL, lookUp } from './records.ts';
import type { Plan, Skill, SkillView } from './skill.ts';
import { answer, fail } from './skill.ts';
import { capitalised, countWord, listed, theEntity } from './wording.ts';

/** To-do and shopping lists. */

const MOST_READ = 8;

const SHOPPING = /\b(shopping|grocer|groceries)\b/iu;

/** The list that is meant: the named one, else a shopping list, else the only one. A plan where there is none or several fit. */
function listFor(match: IntentMatch, view: SkillView): Entity | Plan {
  const named = targetsOf(match, view).filter((entity) => entity.domain === 'todo');
  if (named.length === 1) return named[0]!;
  const all = named.length > 1 ? named : view.entities().filter((entity) => entity.domain === 'todo');
  const name = match.slots.name;
  if (named.length === 0 && typeof name === 'string') return fail('no-target', `a list called ${name}`);
  const shopping = all.filter((entity) => SHOPPING.test([entity.name, ...entity.aliases, entity.id.replaceAll('_', ' ')].join(' ')));
  if (all.length === 1) return all[0]!;
  if (shopping.length === 1) return shopping[0]!;
  return all.length === 0 ? answer('I know of no list.') : { type: 'ask', which: all.map(({ id }) => id) };
}

const isPlan = (value: Entity | Plan): value is Plan => 'type' in value;

const theList = (entity: Entity): string =>
  /\b(list|todo|to-do|tasks?)\b/iu.test(entity.name) ? theEntity(entity) : `${theEntity(entity)} list`;

interface Change {
  service: string;
  data(item: string): Record<string, unknown>;
  done(item: string, list: string): string;
}

const ADD: Change = { service: 'todo.add_item', data: (item) => ({ item }), done: (item, list) => `${item} is on ${list}` };
const COMPLETE: Change = {
  service: 'todo.update_item',
  data: (item) => ({ item, status: 'completed' }),
  done: (item, list) => `${item} is ticked off ${list}`,
};
const REMOVE: Change = { service: 'todo.remove_item', data: (item) => ({ item: [item] }), done: (item, list) => `${item} is off ${list}` };

const CHANGES: Record<string, Change> = {
  HassListAddItem: ADD,
  HassShoppingListAddItem: ADD,
  HassListCompleteItem: COMPLETE,
  HassShoppingListCompleteItem: COMPLETE,
  HassListRemoveItem: REMOVE,
};

export const changeList: Skill = {
  intents: Object.keys(CHANGES),
  plan(match, view) {
    const change = CHANGES[match.intent];
    const item = typeof match.slots.item === 'string' ? match.slots.item.trim() : '';
    if (change === undefined || item === '') return fail('no-match');
    const list = listFor(match, view);
    if (isPlan(list)) return list;
    return actPlan(
      [list],
      view,
      () => ({ service: change.service, data: change.data(item) }),
      () => capitalised(change.done(item, theList(list))),
    );
  },
};

export const readList: Skill = {
  intents: ['JarvisGetItems'],
  plan(match, view) {
    const list = listFor(match, view);
    if (isPlan(list)) return list;
    return lookUp([{ tool: ITEMS_TOOL, input: { entityId: list.id } }], z.array(TodoItemSchema), ([items = []]) => {
      const open = items
        .filter(({ status }) => status === 'needs_action')
        .map(({ summary }) =>
          summary
            .replace(/[\p{C}\s]+/gu, ' ')
            .trim()
            .slice(0, 80),
        );
      if (open.length === 0) return `${capitalised(theList(list))} is empty.`;
      const count = `${capitalised(countWord(open.length))} ${open.length === 1 ? 'thing' : 'things'}`;
      const read = open.length <= MOST_READ ? listed(open) : `${open.slice(0, MOST_READ).join(', ')} and ${open.length - MOST_READ} more`;
      return `${count} on ${theList(list)}: ${read}.`;
    });
  },
};
