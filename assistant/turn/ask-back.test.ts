import { describe, expect, it } from 'vitest';
import { entity, viewOf } from '../../tests/fakes/home-scene.ts';
import { whichQuestion } from './ask-back.ts';

const twin = (id: string, area?: string) => entity(id, 'Twin', 'off', area === undefined ? {} : { area });
const ask = (...entities: ReturnType<typeof entity>[]): string =>
  whichQuestion(
    entities.map(({ id }) => id),
    viewOf({ entities }),
  );

describe('the question which one', () => {
  it('names what has names', () => {
    expect(ask(entity('light.a', 'Desk lamp', 'off'), entity('light.b', 'Bed lamp', 'off'))).toBe(
      'Which one: the desk lamp or the bed lamp?',
    );
  });

  it('names the rooms of what has one name', () => {
    expect(ask(twin('light.a', 'kitchen'), twin('light.b', 'hall'))).toBe('Which one: the one in the kitchen or the one in the hall?');
  });

  it('counts what nothing tells apart', () => {
    const counted = 'There are three of that name. Which one: the first, the second, the third or all of them?';
    expect(ask(twin('light.a', 'kitchen'), twin('light.b', 'kitchen'), twin('light.c', 'kitchen'))).toBe(counted);
    expect(ask(twin('light.a'), twin('light.b'))).toBe('There are two of that name. Which one: the first, the second or all of them?');
  });
});
