import { expect, it } from 'vitest';
import { eachItem } from './list-items.ts';

const items = (item: string): unknown[] =>
  eachItem({ intent: 'HassShoppingListAddItem', slots: { item }, targets: [], confidence: 1 }).map(({ slots }) => slots.item);

it.each([
  ['milk', ['milk']],
  ['eggs and butter', ['eggs', 'butter']],
  ['milk, bread, and some cheese', ['milk', 'bread', 'cheese']],
  ['mac and cheese', ['mac and cheese']],
  ['and', ['and']],
  [', ,', [', ,']],
])('"%s" on a list is %j', (text, expected) => {
  expect(items(text)).toEqual(expected);
});
