import type { Area, Floor, HomeSnapshot } from '../../contract/home.ts';

/** What lies under the sky, whatever floor it is counted to. */
const OUTDOORS =
  /\b(?:garden|yard|backyard|patio|terrace|balcony|deck|decking|porch|veranda|drive|driveway|carport|pool|lawn|courtyard|gazebo|pergola|greenhouse|outside|outdoors?|exterior|street|path|pathway|alley)\b/iu;

/** Id of the floor that is none: everything outside. */
export const OUTSIDE = 'outside of the house';

/** "turn off the outside lights": the rooms under the sky are spoken of together as a floor is. Undefined where there are none, or where something has that name. */
export function outsideOf({ areas, floors }: HomeSnapshot): Floor | undefined {
  const isTaken = [...areas, ...floors].some(({ name, aliases }) =>
    [name, ...aliases].some((one) => /^(?:outside|outdoors?|exterior)$/iu.test(one)),
  );
  if (isTaken || !areas.some(isOutdoors)) return undefined;
  return { id: OUTSIDE, name: 'Outside', aliases: ['Outdoor', 'Outdoors', 'Exterior', 'External'] };
}

export const isOutdoors = ({ name, aliases }: Area): boolean => [name, ...aliases].some((one) => OUTDOORS.test(one));

/** Is an area on this floor, or outside where that is meant? */
export const isOnFloor = (area: Area | undefined, floorId: string | undefined): boolean =>
  area !== undefined && (floorId === OUTSIDE ? isOutdoors(area) : area.floor !== undefined && area.floor === floorId);
