import { z } from 'zod';
import { plainName } from '../plain-name.ts';
import { flagField, optional, textField } from './component.ts';

const IdentitySchema = z.object({
  ...optional({
    object_id: textField,
    default_entity_id: textField,
    unique_id: textField,
    device_class: textField.nullable(),
    entity_category: textField.nullable(),
    enabled_by_default: flagField,
  }).shape,
  name: textField.nullish(),
  device: optional({
    name: textField.nullable(),
    suggested_area: textField.nullable(),
    identifiers: z.union([textField, z.array(textField).max(100)]),
  }).nullish(),
});

export interface Identity {
  name: string;
  /** The wanted object id; another may have it already. */
  objectId: string;
  /** `mqtt <domain> <unique id>`, the same in every bridge that sees it. */
  identity: string | undefined;
  device: string | undefined;
  suggestedArea: string | undefined;
  deviceClass: string | undefined;
  category: string | undefined;
  /** False for settings and measurements of the device itself, and for what its maker has switched off: nobody speaks of them. */
  exposed: boolean;
  /** Its maker has switched it off. */
  hidden: boolean;
}

/** What JARVIS announces of itself begins so; see `isJarvis`. */
export const jarvisMark = 'jarvis_installation_';

/** Is this an announcement of a JARVIS, this one or another? None may operate itself. */
export function isJarvis(config: Record<string, unknown>): boolean {
  const { unique_id, device } = IdentitySchema.parse(config);
  return [unique_id, device?.identifiers].flat().some((id) => id?.startsWith(jarvisMark));
}

/** The same for an entity that came by another bridge. */
export const isJarvisIdentity = (identity: string | undefined): boolean => new RegExp(`^mqtt \\S+ ${jarvisMark}`).test(identity ?? '');

/** Characters of a name; the rest is cut. */
const longestName = 120;

const printable = (name: string): string => plainName(name, longestName);

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

/** What an entity without a name of its own is called: by what it measures. */
const classWords = (deviceClass: string | null | undefined): string => {
  const words = printable((deviceClass ?? '').replaceAll('_', ' '));
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** @throws ZodError */
export function readIdentity(config: Record<string, unknown>, component: string, topicObjectId: string): Identity {
  const parsed = IdentitySchema.parse(config);
  const device = printable(parsed.device?.name ?? '');
  // an empty name is the device itself; no name at all is left to the kind of measurement
  const own = parsed.name === undefined ? (device === '' ? '' : classWords(parsed.device_class)) : printable(parsed.name ?? '');
  const name = friendlyName(device, own) || printable(topicObjectId.replaceAll('_', ' ')) || component;
  const wanted = parsed.default_entity_id?.slice(parsed.default_entity_id.indexOf('.') + 1) ?? parsed.object_id ?? name;
  const area = printable(parsed.device?.suggested_area ?? '');
  const category = parsed.entity_category ?? undefined;
  const hidden = parsed.enabled_by_default === false;
  return {
    name,
    objectId: slug(wanted) || slug(topicObjectId) || component,
    identity: parsed.unique_id === undefined ? undefined : `mqtt ${component} ${parsed.unique_id.slice(0, 500)}`,
    device: device === '' ? undefined : device,
    suggestedArea: area === '' ? undefined : area,
    deviceClass: parsed.device_class ?? undefined,
    category,
    exposed: !hidden && category !== 'config' && category !== 'diagnostic',
    hidden,
  };
}
