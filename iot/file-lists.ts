import { z } from 'zod';
import type { Entity, TodoItem } from '../contract/home.ts';
import { sentenceName } from './services/entity-words.ts';
import type { Refusal, ServicePlan } from './services/service-rule.ts';

/** As a home file writes them: `items: [milk, {summary: eggs, status: completed}]`. */
export const ListItemsSchema = z.array(
  z.union([
    z.string().min(1),
    z.number().transform(String),
    z.object({ summary: z.string(), status: z.enum(['needs_action', 'completed']).default('needs_action') }),
  ]),
);
/** What `planService` lets through. */
const ChangeSchema = z.object({
  item: z.union([z.string(), z.array(z.string())]).optional(),
  rename: z.string().optional(),
  status: z.enum(['needs_action', 'completed']).optional(),
  due_date: z.string().optional(),
  due_datetime: z.string().optional(),
});

/** To-do lists that exist only in their file. */
export class FileLists {
  readonly #lists = new Map<string, TodoItem[]>();
  #count = 0;

  get size(): number {
    return this.#lists.size;
  }

  /** Takes a list up; gives its state: how much is left on it. */
  begin(entityId: string, items: unknown): string {
    const parsed = ListItemsSchema.safeParse(items ?? []);
    const list = (parsed.data ?? []).map((item) => this.#item(typeof item === 'string' ? { summary: item, status: 'needs_action' } : item));
    this.#lists.set(entityId, list);
    return left(list);
  }

  items(entityId: string): TodoItem[] {
    return [...(this.#lists.get(entityId) ?? [])];
  }

  /** Carries out a planned call on a list; gives its new state. */
  change(entity: Entity, { service, data }: ServicePlan): { open: string } | Refusal {
    const { item, rename, status, due_date, due_datetime } = ChangeSchema.parse(data);
    const list = this.#lists.get(entity.id) ?? [];
    const names = item === undefined ? [] : [item].flat();
    const due = due_datetime ?? due_date;
    const changed = { ...(due !== undefined && { due }), ...(status && { status }), ...(rename !== undefined && { summary: rename }) };
    let next: TodoItem[];
    if (service === 'todo.add_item') {
      next = [...list, ...names.map((summary) => this.#item({ summary, status: 'needs_action', ...changed }))];
    } else if (service === 'todo.remove_completed_items') {
      next = list.filter((each) => each.status !== 'completed');
    } else {
      const meant = new Set<TodoItem>();
      for (const name of names) {
        const found = list.find(({ uid }) => uid === name) ?? list.find(({ summary }) => summary.toLowerCase() === name.toLowerCase());
        if (!found) return { refusal: `${sentenceName(entity)} has no ${name.slice(0, 60)}.` };
        meant.add(found);
      }
      const removes = service === 'todo.remove_item';
      next = list.flatMap((each) => (!meant.has(each) ? [each] : removes ? [] : [{ ...each, ...changed }]));
    }
    this.#lists.set(entity.id, next);
    return { open: left(next) };
  }

  #item(item: Omit<TodoItem, 'uid'>): TodoItem {
    this.#count += 1;
    return { uid: String(this.#count), ...item };
  }
}

const left = (list: readonly TodoItem[]): string => String(list.filter(({ status }) => status === 'needs_action').length);
