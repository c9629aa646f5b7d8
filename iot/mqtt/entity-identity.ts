import { z } from 'zod';
import { optional, textField } from './component.ts';

const IdentitySchema = z.object({
  ...optional({
    object_id: textField,
    default_entity_id: textField,
    unique_id: textField,
    device_class: textField.nullable(),
    entity_category: textField.nullable(),
  }).shape,
  name: textField.nullish(),
  device: optional({ name: textField, suggested_area: textField }).optional(),
});

export interface Identity {
  name: string;
  /** The wanted object id; another may have it already. */
  objectId: string;
  uniqueId: string | undefined;
  suggestedArea: string | undefined;
  deviceClass: string | undefined;
  category: string | undefined;
}

/** Characters of a name; the rest is cut. */
const longestName = 120;

const printable = (name: string): string =>
  name
    .replace(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, longestName)
    .trim();

/** Home Assistant's slug: `Küche, Licht` is `kuche_licht`; empty when nothing can be written in a–z and 0–9. */
export const slug = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replaceAll('ß', 'ss')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 100);

/** Device name and entity name as Home Assistant joins them. */
function friendlyName(device: string, own: string): string {
  if (device === '') return own;
  if (own === '') return device;
  return own.toLowerCase().startsWith(device.toLowerCase()) ? own : `${device} ${own}`;
}

/** @throws ZodError */
export function readIdentity(config: Record<string, unknown>, component: string, topicObjectId: string): Identity {
  const parsed = IdentitySchema.parse(config);
  const name =
    friendlyName(printable(parsed.device?.name ?? ''), printable(parsed.name ?? '')) ||
    printable(topicObjectId.replaceAll('_', ' ')) ||
    component;
  const wanted = parsed.default_entity_id?.slice(parsed.default_entity_id.indexOf('.') + 1) ?? parsed.object_id ?? name;
  const area = parsed.device?.suggested_area === undefined ? '' : printable(parsed.device.suggested_area);
  return {
    name,
    objectId: slug(wanted) || slug(topicObjectId) || component,
    uniqueId: parsed.unique_id,
    suggestedArea: area === '' ? undefined : area,
    deviceClass: parsed.device_class ?? undefined,
    category: parsed.entity_category ?? undefined,
  };
}
