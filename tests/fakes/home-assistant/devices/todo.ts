import { z } from 'zod';
import { serviceValidationError } from '../command-error.ts';
import { type FakeEntity, supportedFeatures } from '../fake-entity.ts';
import { answeringService, entityService, type Service } from '../service.ts';

export interface FakeTodoItem {
  uid: string;
  summary: string;
  status: 'needs_action' | 'completed';
  due?: string | undefined;
  description?: string | undefined;
}

const ItemsSchema = z.array(
  z.object({
    uid: z.string(),
    summary: z.string(),
    status: z.enum(['needs_action', 'completed']),
    due: z.string().optional(),
    description: z.string().optional(),
  }),
);

export const todoItems = (list: FakeEntity): FakeTodoItem[] => ItemsSchema.parse(list.memory.items ?? []);

/** The state of a list is how many of its items are still to be done. */
export function setTodoItems(list: FakeEntity, items: readonly FakeTodoItem[]): void {
  list.memory = { ...list.memory, items };
  list.state = String(items.filter((item) => item.status === 'needs_action').length);
}

const status = z.enum(['needs_action', 'completed']);
const more = {
  due_date: z.string().nullable().optional(),
  due_datetime: z.string().nullable().optional(),
  description: z.string().nullable().optional(),
};
type More = z.output<z.ZodObject<typeof more>>;
const bits = { due_date: 16, due_datetime: 32, description: 64 } as const;

/** Lists without dates or descriptions refuse them by name of the field. */
function extras(list: FakeEntity, data: More): Pick<FakeTodoItem, 'due' | 'description'> {
  for (const field of ['due_date', 'due_datetime', 'description'] as const) {
    if (data[field] === undefined || (supportedFeatures(list) & bits[field]) !== 0) continue;
    throw serviceValidationError(`Entity does not support setting field: ${field}`, {
      domain: 'todo',
      key: 'update_field_not_supported',
      placeholders: { service_field: field },
    });
  }
  const due = data.due_date ?? data.due_datetime;
  return { ...(due ? { due } : {}), ...(data.description ? { description: data.description } : {}) };
}

function find(items: readonly FakeTodoItem[], item: string): FakeTodoItem {
  const found = items.find(({ uid, summary }) => uid === item || summary === item);
  if (found) return found;
  throw serviceValidationError(`Unable to find to-do list item: ${item}`, {
    domain: 'todo',
    key: 'item_not_found',
    placeholders: { item },
  });
}

const summary = z.string().trim().min(1, 'length of value must be at least 1');

export const todoServices: Service[] = [
  entityService('todo', 'add_item', { fields: { item: summary, ...more }, features: [1] }, (list, data, { write }) => {
    const items = todoItems(list);
    const added: FakeTodoItem = { uid: `item-${nextNumber(list)}`, summary: data.item, status: 'needs_action', ...extras(list, data) };
    setTodoItems(list, [...items, added]);
    write(list);
  }),
  entityService(
    'todo',
    'update_item',
    { fields: { item: z.string().min(1), rename: summary.optional(), status: status.optional(), ...more }, features: [4] },
    (list, data, { write }) => {
      const items = todoItems(list);
      const found = find(items, data.item);
      const changed: FakeTodoItem = {
        ...found,
        summary: data.rename ?? found.summary,
        status: data.status ?? found.status,
        ...extras(list, data),
      };
      setTodoItems(
        list,
        items.map((item) => (item.uid === found.uid ? changed : item)),
      );
      write(list);
    },
  ),
  entityService(
    'todo',
    'remove_item',
    { fields: { item: z.union([z.string().transform((one) => [one]), z.array(z.string())]) }, features: [2] },
    (list, data, { write }) => {
      const items = todoItems(list);
      const gone = new Set(data.item.map((item) => find(items, item).uid));
      setTodoItems(
        list,
        items.filter((item) => !gone.has(item.uid)),
      );
      write(list);
    },
  ),
  entityService('todo', 'remove_completed_items', { features: [2] }, (list, _data, { write }) => {
    setTodoItems(
      list,
      todoItems(list).filter((item) => item.status !== 'completed'),
    );
    write(list);
  }),
  answeringService(
    'todo',
    'get_items',
    { fields: { status: z.union([status.transform((one) => [one]), z.array(status)]).optional() } },
    (list, data) => ({
      items: todoItems(list).filter((item) => !data.status || data.status.includes(item.status)),
    }),
  ),
];

function nextNumber(list: FakeEntity): number {
  const next = (typeof list.memory.added === 'number' ? list.memory.added : 0) + 1;
  list.memory = { ...list.memory, added: next };
  return next;
}
