import { z } from 'zod';
import { serviceValidationError } from '../command-error.ts';
import type { FakeEntity } from '../fake-entity.ts';
import { entityService, type Service } from '../service.ts';
import { flag, number, numeric, texts } from './fields.ts';

/** 22 → "22.0", as Python writes a float. */
const float = (value: number) => (Number.isInteger(value) ? value.toFixed(1) : String(value));

function setValue(entity: FakeEntity, value: number): void {
  const [least, most] = [numeric(entity.attributes.min), numeric(entity.attributes.max, 100)];
  if (value < least || value > most) {
    throw serviceValidationError(`Value ${float(value)} for ${entity.entity_id} is outside valid range ${least} - ${most}`, {
      domain: 'number',
      key: 'out_of_range',
      placeholders: { value: float(value), entity_id: entity.entity_id, min_value: String(least), max_value: String(most) },
    });
  }
  entity.state = String(value);
}

function selectOption(entity: FakeEntity, option: string): void {
  const options = texts(entity.attributes.options);
  if (!options.includes(option)) {
    throw serviceValidationError(
      `Option ${option} is not valid for entity ${entity.entity_id}, valid options are: ${options.join(', ')}.`,
      {
        domain: 'select',
        key: 'not_valid_option',
        placeholders: { entity_id: entity.entity_id, option, options: options.join(', ') },
      },
    );
  }
  entity.state = option;
}

function turnOption(entity: FakeEntity, step: number, cycle: boolean): void {
  const options = texts(entity.attributes.options);
  const next = options.indexOf(entity.state) + step;
  const index = cycle ? (next + options.length) % options.length : Math.max(0, Math.min(options.length - 1, next));
  entity.state = options[index] ?? entity.state;
}

export const valueServices: Service[] = [
  ...['number', 'input_number'].map((domain) =>
    entityService(domain, 'set_value', { fields: { value: number } }, (entity, data, { write }) => {
      setValue(entity, data.value);
      write(entity);
    }),
  ),
  ...['select', 'input_select'].flatMap((domain) => [
    entityService(domain, 'select_option', { fields: { option: z.string() } }, (entity, data, { write }) => {
      selectOption(entity, data.option);
      write(entity);
    }),
    entityService(domain, 'select_next', { fields: { cycle: flag.default(true) } }, (entity, data, { write }) => {
      turnOption(entity, 1, data.cycle);
      write(entity);
    }),
    entityService(domain, 'select_previous', { fields: { cycle: flag.default(true) } }, (entity, data, { write }) => {
      turnOption(entity, -1, data.cycle);
      write(entity);
    }),
  ]),
  entityService('text', 'set_value', { fields: { value: z.string() } }, (entity, data, { write }) => {
    entity.state = data.value;
    write(entity);
  }),
];
