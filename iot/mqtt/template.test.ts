import { describe, expect, it } from 'vitest';
import { compileTemplate } from './template.ts';
import { UnsupportedTemplate } from './template-parser.ts';

const render = (template: string, payload: unknown) =>
  compileTemplate(template)(
    new Map<string, unknown>([
      ['value', typeof payload === 'string' ? payload : JSON.stringify(payload)],
      ['value_json', typeof payload === 'string' ? undefined : payload],
    ]),
  );

describe('a discovery template', () => {
  it.each([
    ['{{ value }}', 'ON', 'ON'],
    ['{{ value_json.a.b }}', { a: { b: 7 } }, '7'],
    ["{{ value_json['a-b'][1] }}", { 'a-b': [1, 2] }, '2'],
    ['{{ value_json.temperature | float | round(1) }}', { temperature: '21.449' }, '21.4'],
    ['{{ value | int }}', '12.9', '12'],
    ['{{ value_json.missing | default("none") }}', {}, 'none'],
    ['{{ value | lower }}', 'OPEN', 'open'],
    ["{{ 'ON' if value_json.state == 'on' else 'OFF' }}", { state: 'on' }, 'ON'],
    ['{% if value_json.lock %}LOCKED{% else %}UNLOCKED{% endif %}', { lock: false }, 'UNLOCKED'],
    ['{% if value | int > 50 %}high{% elif value | int > 10 %}middle{% else %}low{% endif %}', '20', 'middle'],
    ['{{ (value_json.volts * value_json.amps) | round(0) | int }} W', { volts: 230, amps: 0.5 }, '115 W'],
    ['{{ value_json.on is defined and not value_json.off }}', { on: 1 }, 'True'],
    ['{{ value_json.a.b.c }}', { a: 1 }, ''],
    ['{{ value_json.constructor }}{{ value_json.__proto__ }}', {}, ''],
    ["{{ 'a' in value }}", 'cat', 'True'],
  ])('%s of %o is %s', (template, payload, expected) => {
    expect(render(template, payload)).toBe(expected);
  });

  it.each([
    '{{ states("light.kitchen") }}',
    '{% set x = 1 %}{{ x }}',
    '{% for x in value_json %}{{ x }}{% endfor %}',
    '{{ value.__class__() }}',
    '{{ value | tojson }}',
    '{{ value',
    '{% if value %}open',
    `{{ ${'('.repeat(3000)}1${')'.repeat(3000)} }}`,
    'x'.repeat(5000),
    '{{ value | int }',
  ])('refuses %s rather than guess', (template) => {
    expect(() => compileTemplate(template)).toThrow(UnsupportedTemplate);
  });
});
