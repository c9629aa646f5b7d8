import { describe, expect, it } from 'vitest';
import { bigHome, fakeHome } from '../../tests/fakes/fake-home.ts';
import { groupHome } from './group-home.ts';

describe('the home in groups', () => {
  it('goes from the lowest floor up, with what has no place at the end', () => {
    const { floors, areas, entities } = fakeHome();
    const groups = groupHome([...floors].reverse(), areas, entities);
    expect(groups.map((floor) => [floor.name, floor.areas.map((area) => area.name)])).toEqual([
      ['Ground floor', ['Kitchen', 'Living room', 'Hall']],
      ['Upper floor', ['Bedroom', 'Office']],
      ['Other places', ['Garage', 'Elsewhere']],
    ]);
  });

  it('shows every device exactly once', () => {
    for (const home of [fakeHome(), bigHome(10_000)]) {
      const shown = groupHome(home.floors, home.areas, home.entities).flatMap((floor) => floor.areas.flatMap((area) => area.entities));
      expect(shown.map((entity) => entity.id).sort()).toEqual(home.entities.map((entity) => entity.id).sort());
    }
  });

  it('needs no floor heading where there are no floors', () => {
    const { areas, entities } = fakeHome();
    expect(groupHome([], areas, entities).map((floor) => floor.name)).toEqual(['']);
  });
});
