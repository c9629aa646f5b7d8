import { describe, expect, it } from 'vitest';
import { Run, TemplateFailure, UnsupportedTemplate } from './template/run.ts';
import { compileTemplate } from './template.ts';

const variables = (payload: unknown): Map<string, unknown> =>
  new Map<string, unknown>([
    ['value', typeof payload === 'string' ? payload : JSON.stringify(payload)],
    ['value_json', typeof payload === 'string' ? undefined : payload],
    ['entity_id', 'sensor.thing'],
    ['this', { state: 'on', attributes: { level: 3 } }],
  ]);
const render = (template: string, payload: unknown) => compileTemplate(template, () => Date.UTC(2026, 1, 3, 4, 5, 6))(variables(payload));

/** As Zigbee2MQTT announces its event entities. */
const zigbeeEvent = `{% set patterns = [
{"pattern": '^(?P<button>(?:button_)?[a-z0-9]+)_(?P<action>(?:press|hold)(?:_release)?)$', "groups": ["button", "action"]},
{"pattern": '^(?P<action>recall|scene)_(?P<scene>[0-2][0-9]{0,2})$', "groups": ["action", "scene"]}
] %}
{% set action_value = value_json.action|default('') %}
{% set ns = namespace(r=[('action', action_value)]) %}
{% for p in patterns %}
  {% set m = action_value|regex_findall(p.pattern) %}
  {% if m[0] is undefined %}{% continue %}{% endif %}
  {% for key, value in zip(m[0], p.groups) %}
    {% set ns.r = ns.r|rejectattr(0, 'eq', value)|list + [(value, key)] %}
  {% endfor %}
{% endfor %}
{% set ns.r = ns.r + [('event_type', ns.r|selectattr(0, 'eq', 'action')|map(attribute=1)|first)] %}
{{ dict.from_keys(ns.r|rejectattr(0, 'in', ('action', 'x'))|reject('eq', ('event_type', None))|list)|to_json }}`;

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
    // as devices really write them
    ["{% set modes = {'idle': 'off', 'heat': 'heating'} %}{{ modes[value_json.running_state] }}", { running_state: 'heat' }, 'heating'],
    ["{{ {'1': 'low', '2': 'high'}.get(value, 'off') }}", '2', 'high'],
    ["{{ '%.2f' | format(value | float) }}", '3.14159', '3.14'],
    ['{{ value_json.linkquality | float(0) / 255 * 100 }}', {}, '0'],
    ["{{ value | regex_replace('[^0-9.]', '') }}", 'Temp: 21.5 C', '21.5'],
    ["{{ value | regex_replace('(\\d+) of (\\d+)', '\\\\2/\\\\1') }}", '3 of 5', '5/3'],
    ["{{ value.split(',')[1] | trim | upper }}", 'a, b', 'B'],
    ["{{ value_json.list | join('; ') }}", { list: [1, 'x', null, true] }, '1; x; None; True'],
    ['{{ value | from_json | items | map(attribute=0) | list | join }}', '{"a":1,"b":2}', 'ab'],
    ['{{ iif(value == "1", "on", "off") }}', '1', 'on'],
    ['{{ value | multiply(0.1) | round(1) }}', '215', '21.5'],
    ["{{ value is match('on') }},{{ value is search('n$') }},{{ value is not in ['on'] }}", 'on', 'True,True,False'],
    ['{{ 7 is divisibleby 7 }} {{ value is eq "a" and 3 is not even }}', 'a', 'True True'],
    ['{{ 2.5 | round }} {{ 3.5 | round }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 1.25 | round(1, "floor") }}', '', '2 4 -4 2 1.2'],
    [
      '{% for k, v in value_json.items() %}{{ loop.index }}{{ k }}{{ v }}{% if not loop.last %},{% endif %}{% endfor %}',
      { a: 1, b: 2 },
      '1a1,2b2',
    ],
    ['{{ value_json.state == 1 }} {{ value_json.state == "1" }} {{ true == 1 }}', { state: 1 }, 'True False True'],
    ['{{ [3, 1, 2] | sort | first }}{{ [3, 1, 2] | max }}{{ min(4, 2) }}{{ value[::-1] }}{{ value[1:] }}', 'abc', '132cbabc'],
    [
      '{{ 0 | timestamp_utc }} {{ as_timestamp("2026-02-03T04:05:06Z") | int }} {{ now().timestamp() | int }}',
      '',
      '1970-01-01T00:00:00+00:00 1770091506 1770091506',
    ],
    ['{{ entity_id }} {{ this.attributes.level }}', '', 'sensor.thing 3'],
    ['{# said by nobody #}{{ value_json | tojson }}', { a: [1, 'ü'] }, '{"a":[1,"ü"]}'],
    [zigbeeEvent, { action: 'button_1_hold_release' }, '{"button":"button_1","event_type":"hold_release"}'],
    ["{{ value_json['__proto__'].polluted }}{{ ''.__class__ }}{{ value_json.a.length }}", { a: [1] }, ''],
  ])('%s of %o is %s', (template, payload, expected) => {
    expect(render(template, payload)).toBe(expected);
  });

  it.each([
    '{{ states("light.kitchen") }}',
    '{{ is_state("light.kitchen", "on") }}',
    '{{ value.__class__() }}',
    '{{ value.constructor.constructor("return process")() }}',
    '{{ value | attr("__class__") }}',
    '{{ value',
    '{% if value %}open',
    '{% macro again() %}{{ again() }}{% endmacro %}{{ again() }}',
    '{% call x() %}{% endcall %}',
    '{% include "/etc/passwd" %}',
    '{% set x %}block{% endset %}',
    `{{ ${'('.repeat(1900)}1${')'.repeat(1900)} }}`,
    `{{ ${'['.repeat(1900)}1${']'.repeat(1900)} }}`,
    `${'{% if a %}'.repeat(180)}${'{% endif %}'.repeat(180)}`,
    `{{ ${'1+'.repeat(1500)}1 }}`,
    'x'.repeat(5000),
    '{{ value | int }',
    '{{ value is frobnicated }}',
    '{{ value | frobnicate }}',
  ])('refuses %s rather than guess', (template) => {
    expect(() => compileTemplate(template)).toThrow(UnsupportedTemplate);
  });

  it.each([
    ['a filter that needs a number', '{{ value | int }}', 'much'],
    ['a value that must be there', '{{ value_json.x | is_defined }}', {}],
    ['sums of what is no number', '{{ value_json.x + 1 }}', {}],
    ['a comparison of different things', '{{ value > 5 }}', '7'],
    ['a division by nothing', '{{ 1 / 0 }}', ''],
  ])('says nothing where Home Assistant would fail: %s', (_what, template, payload) => {
    expect(() => render(template, payload)).toThrow(TemplateFailure);
  });

  it.each([
    ['a huge range', '{% for x in range(1000000000) %}x{% endfor %}', ''],
    [
      'loops in loops',
      '{% for a in range(900) %}{% for b in range(900) %}{% for c in range(900) %}x{% endfor %}{% endfor %}{% endfor %}',
      '',
    ],
    ['a text that doubles', "{% set n = namespace(x='xxxxxxxx') %}{% for i in range(60) %}{% set n.x = n.x ~ n.x %}{% endfor %}", ''],
    ['a list that doubles', '{% set n = namespace(x=[1]) %}{% for i in range(60) %}{% set n.x = n.x + n.x %}{% endfor %}', ''],
    [
      'a list that holds itself twice, again and again',
      '{% set n = namespace(x=[1]) %}{% for i in range(50) %}{% set n.x = [n.x, n.x] %}{% endfor %}{{ n.x | to_json }}',
      '',
    ],
    ['a replacement that grows', "{{ value | replace('a', value) | replace('a', value) | replace('a', value) }}", 'a'.repeat(1000)],
    ['a join that grows', '{{ range(999) | join(value) }}', 'x'.repeat(1000)],
    ['output without end', '{% for i in range(900) %}{{ value }}{% endfor %}', 'x'.repeat(1000)],
    ['a text times a number', "{{ 'x' * 1000000000 }}", ''],
    ['wide formats', "{{ '%999d' | format(1) ~ ('%.99999f' | format(1)) }}{{ range(2000) }}", ''],
    ['deep JSON', '{{ value | from_json | to_json }}', `${'['.repeat(5000)}${']'.repeat(5000)}`],
    ['a slow regular expression', "{{ value | regex_search('(a+)+$') }}", `${'a'.repeat(40)}b`],
    ['another', "{{ value | regex_search('(a|a)*b') }}", 'a'.repeat(40)],
    ['another', "{{ value | regex_search('a*a*a*a*a*a*a*b') }}", 'a'.repeat(400)],
    ['another', "{{ value | regex_search('(a?){30}a{30}') }}", 'a'.repeat(30)],
    ['another', `{{ value | regex_search('${'a?'.repeat(30)}${'a'.repeat(30)}') }}`, 'a'.repeat(30)],
    ['another', `{{ value | regex_search('${'(?:a|aa)'.repeat(40)}$') }}`, `${'a'.repeat(50)}b`],
    ['another, from the message', '{{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" | regex_match(value) }}', '^(([a-z])+.)+[A-Z]([a-z])+$'],
    ['looking around', "{{ value | regex_search('(?<=a)b') }}", 'ab'],
    ['references', "{{ value | regex_search('(a*)\\\\1b') }}", 'a'.repeat(50)],
    ['a search of the largest text in itself', "{{ (value ~ 'b') in value }}", 'a'.repeat(200_000)],
    ['sorting the largest list', '{{ value | list | sort | join }}', 'ba'.repeat(4900)],
  ])('ends %s at once', (_what, template, payload) => {
    const began = process.cpuUsage();
    expect(() => render(template, payload)).toThrow(TemplateFailure);
    // work is counted, not timed; this only tells "at once" from "for ever"
    expect(process.cpuUsage(began).user / 1e6).toBeLessThan(5);
  });

  it('lets the largest payload through', () => {
    expect(render('{{ value }}', 'x'.repeat(256 * 1024))).toHaveLength(256 * 1024);
  });

  it('gives nothing of the host to a template', () => {
    const given = variables({});
    for (const name of ['process', 'globalThis', 'require', 'Object', 'constructor', '__proto__', 'this.constructor', 'toString'])
      expect(compileTemplate(`{{ ${name} }}`)(given)).toBe('');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    render("{% set n = namespace() %}{% set n.__proto__ = {'polluted': 1} %}{{ {'__proto__': {'polluted': 1}}.polluted }}", '');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  it('counts every run afresh', () => {
    const template = compileTemplate('{% for i in range(900) %}{% if i %}{{ i }}{% endif %}{% endfor %}');
    for (let run = 0; run < 50; run += 1) expect(template(new Map()).length).toBeGreaterThan(2000);
    expect(() => new Run(new Map(), () => 0).spend(Number.NaN)).toThrow(TemplateFailure);
  });
});
