import { describe, expect, it } from 'vitest';
import { bigHome, fakeHome } from '../../tests/fakes/fake-home.ts';
import { HomeSearch } from './home-search.ts';

const { areas, floors, entities } = fakeHome();
const home = entities.map((entity) =>
  entity.id === 'light.office' ? { ...entity, labels: ['Work'], device: 'Hue strip', aliases: ['Schreibtischlampe für Élodie'] } : entity,
);
const search = new HomeSearch(home, areas, floors);
const names = (text: string) => home.filter(({ id }) => search.find(text)?.has(id)).map(({ name }) => name);

describe('the search', () => {
  it('finds devices by every word of name, place or kind', () => {
    expect(names('office LIGHT')).toEqual(['Office lights']);
    expect(names('cover')).toEqual(['Bedroom blinds', 'Garage door']);
    expect(names('lounge lamp')).toEqual(['Living room lamp']);
    expect(names('upper fan')).toEqual(['Office fan']);
    expect(names('xylophone')).toEqual([]);
  });

  it('finds them by label, device and other names, with or without accents', () => {
    for (const text of ['work', 'hue strip', 'elodie', 'ÉLODIE', 'schreibtisch']) expect(names(text)).toEqual(['Office lights']);
  });

  it('forgives a slip of the finger where nothing fits exactly', () => {
    expect(names('themostat')).toEqual(['Hall thermostat']);
    expect(names('coffe mashine')).toEqual(['Coffee machine']);
    expect(names('garaeg door')).toEqual(['Garage door']);
    expect(names('bedrom blinds')).toEqual(['Bedroom blinds']);
    expect(names('fab')).toEqual([]);
  });

  it('looks for nothing when nothing is said', () => {
    expect(search.find('  … !')).toBeUndefined();
  });

  it('survives names of 300 characters, signs and prototypes', () => {
    const odd = ['W'.repeat(300), '.*+?^$()|[]\\', '__proto__', '💡', '<b>bold</b>'].map((name, index) => ({
      ...home[0]!,
      id: `light.odd_${index}`,
      name,
      aliases: [],
    }));
    const hostile = new HomeSearch(odd, [], []);
    expect(hostile.find('proto')).toEqual(new Set(['light.odd_2']));
    expect(hostile.find('💡')).toEqual(new Set(['light.odd_3']));
    expect(hostile.find('bold')).toEqual(new Set(['light.odd_4']));
  });

  it('finds one among ten thousand', () => {
    const big = bigHome(10_000);
    expect(new HomeSearch(big.entities, big.areas, big.floors).find('lamp 1234 room')).toEqual(new Set(['light.lamp_1233']));
  });
});
