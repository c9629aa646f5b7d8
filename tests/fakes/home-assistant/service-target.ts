import { z } from 'zod';
import type { House } from './house.ts';

const ids = z
  .union([z.string(), z.array(z.string())])
  .transform((value) => (typeof value === 'string' ? value.split(',').map((id) => id.trim()) : value));

export const TargetSchema = z.strictObject({
  entity_id: ids.optional(),
  device_id: ids.optional(),
  area_id: ids.optional(),
  floor_id: ids.optional(),
  label_id: ids.optional(),
});
export type Target = z.output<typeof TargetSchema>;

/**
 * The entities a call means: `direct` those named themselves, `all` also those of devices, areas, floors and labels. Through a
 * device, area or label, entities that are hidden or of a category (configuration, diagnosis) are left out.
 */
export function targetedEntities(house: House, target: Target): { direct: ReadonlySet<string>; all: string[] } {
  const named = target.entity_id ?? [];
  const direct = new Set(named.includes('all') ? house.entities.keys() : named.filter((id) => id !== 'none'));
  const { areas, devices, entities } = house.registries;
  const labels = new Set(target.label_id ?? []);
  const labelled = (entry: { labels: readonly string[] } | undefined) => entry?.labels.some((label) => labels.has(label)) === true;
  const wantedAreas = new Set([
    ...(target.area_id ?? []),
    ...areas
      .list()
      .filter((area) => labelled(area) || (area.floor_id !== null && target.floor_id?.includes(area.floor_id)))
      .map((area) => area.area_id),
  ]);
  const wantedDevices = new Set([
    ...(target.device_id ?? []),
    ...devices
      .list()
      .filter((device) => labelled(device) || (device.area_id !== null && wantedAreas.has(device.area_id)))
      .map((device) => device.id),
  ]);
  const all = new Set(direct);
  for (const entry of entities.list()) {
    const plain = entry.entity_category === null && entry.hidden_by === null && entry.disabled_by === null;
    const ofDevice = entry.device_id !== null && wantedDevices.has(entry.device_id);
    // An area of the entity's own outweighs that of its device, except where the device itself was asked for.
    const deviceCounts = ofDevice && (entry.area_id === null || target.device_id?.includes(entry.device_id ?? '') === true);
    const ofArea = entry.area_id !== null && wantedAreas.has(entry.area_id);
    if (labelled(entry) || (plain && (deviceCounts || ofArea))) all.add(entry.entity_id);
  }
  return { direct, all: [...all] };
}
