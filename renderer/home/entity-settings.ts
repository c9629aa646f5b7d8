import type { Entity } from '../../contract/home.ts';
import type { EntitySetting } from '../state/undoable.ts';

export interface SettingChange {
  setting: EntitySetting;
  /** "Renamed “Lamp 3” to “Reading lamp”" */
  sentence: string;
  /** Sets the entity as it is now. */
  back: EntitySetting;
}

const quote = (name: string): string => `“${name.length > 40 ? `${name.slice(0, 39)}…` : name}”`;

/** null: as the device itself is called. */
export function renameTo(entity: Entity, name: string | null): SettingChange {
  const { id: entityId } = entity;
  return {
    setting: { entityId, name },
    sentence: name === null ? `${quote(entity.name)} has its own name again` : `Renamed ${quote(entity.name)} to ${quote(name)}`,
    back: { entityId, name: entity.name },
  };
}

export function callAlso(entity: Entity, aliases: string[]): SettingChange {
  const { id: entityId } = entity;
  return {
    setting: { entityId, aliases },
    sentence: `Changed what else ${quote(entity.name)} is called`,
    back: { entityId, aliases: entity.aliases },
  };
}

export function setHidden(entity: Entity, hidden: boolean): SettingChange {
  const { id: entityId } = entity;
  return {
    setting: { entityId, hidden },
    sentence: hidden ? `Hid ${quote(entity.name)}` : `${quote(entity.name)} is shown again`,
    back: { entityId, hidden: entity.hidden ?? null },
  };
}
