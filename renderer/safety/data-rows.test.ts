import { describe, expect, it } from 'vitest';
import { dataRows } from './data-rows.ts';

describe('data as it is', () => {
  it('is told by place and value, in its own order', () => {
    expect(dataRows({ service: 'lock.unlock', entityIds: ['lock.a', 'lock.b'], data: { code: 7, force: true, note: '' } })).toEqual([
      { place: 'service', value: 'lock.unlock' },
      { place: 'entityIds', value: 'lock.a, lock.b' },
      { place: 'data › code', value: '7' },
      { place: 'data › force', value: 'yes' },
      { place: 'data › note', value: '(empty)' },
    ]);
  });

  it('says where there is nothing, and leaves out what is absent', () => {
    expect(dataRows({ a: [], b: {}, c: null, d: undefined })).toEqual([
      { place: 'a', value: 'none' },
      { place: 'b', value: 'none' },
      { place: 'c', value: 'nothing' },
    ]);
    expect(dataRows('text')).toEqual([{ place: '', value: 'text' }]);
    expect(dataRows(undefined)).toEqual([]);
  });

  it('counts lists of things from 1', () => {
    expect(dataRows([{ a: 1 }, { a: 2 }])).toEqual([
      { place: '1 › a', value: '1' },
      { place: '2 › a', value: '2' },
    ]);
  });

  it('comes to an end, however much there is', () => {
    const rows = dataRows(Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`k${index}`, 'x'.repeat(5000)])));
    expect(rows).toHaveLength(61);
    expect(rows[0]?.value).toHaveLength(2001);
    expect(rows.at(-1)?.place).toBe('…');
  });
});
