import { z } from 'zod';
import { askProgram } from './ask-program.ts';
import { DesktopTrouble } from './desktop-trouble.ts';
import { shown } from './shown.ts';
import type { DesktopWindow, WindowHands } from './window-hands.ts';

interface SwayNode {
  id: number;
  name?: string | null | undefined;
  app_id?: string | null | undefined;
  pid?: number | undefined;
  focused?: boolean | undefined;
  window_properties?: { class?: string | undefined } | undefined;
  nodes?: SwayNode[] | undefined;
  floating_nodes?: SwayNode[] | undefined;
}

const SwayNodeSchema: z.ZodType<SwayNode> = z.lazy(() =>
  z.object({
    id: z.number().int(),
    name: z.string().nullish(),
    app_id: z.string().nullish(),
    pid: z.number().int().optional(),
    focused: z.boolean().optional(),
    window_properties: z.object({ class: z.string().optional() }).optional(),
    nodes: z.array(SwayNodeSchema).optional(),
    floating_nodes: z.array(SwayNodeSchema).optional(),
  }),
);

const HyprlandSchema = z.array(
  z.object({
    address: z.string().regex(/^0x[0-9a-f]{1,16}$/u),
    title: z.string(),
    class: z.string(),
    pid: z.number().int(),
    focusHistoryID: z.number().int().optional(),
  }),
);

function read<Output>(text: string, schema: z.ZodType<Output>): Output {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new DesktopTrouble('I do not understand how this desktop lists its windows.');
  return parsed.data;
}

function windowsIn(node: SwayNode): DesktopWindow[] {
  const inside = [...(node.nodes ?? []), ...(node.floating_nodes ?? [])].flatMap(windowsIn);
  if (node.pid === undefined || inside.length > 0) return inside;
  const app = node.app_id ?? node.window_properties?.class ?? '';
  return [{ id: String(node.id), title: shown(node.name ?? ''), app: shown(app), pid: node.pid, active: node.focused === true }];
}

export const SWAY: WindowHands = {
  list: async (desktop, signal) =>
    windowsIn(read(await askProgram(desktop, ['swaymsg', '-r', '-t', 'get_tree'], { signal }), SwayNodeSchema)),
  focus: (_desktop, { id }) => ['swaymsg', `[con_id=${id}]`, 'focus'],
  close: (_desktop, { id }) => ['swaymsg', `[con_id=${id}]`, 'kill'],
};

export const HYPRLAND: WindowHands = {
  list: async (desktop, signal) =>
    read(await askProgram(desktop, ['hyprctl', 'clients', '-j'], { signal }), HyprlandSchema).map((client) => ({
      id: client.address,
      title: shown(client.title),
      app: shown(client.class),
      pid: client.pid,
      active: client.focusHistoryID === 0,
    })),
  focus: (_desktop, { id }) => ['hyprctl', 'dispatch', 'focuswindow', `address:${id}`],
  close: (_desktop, { id }) => ['hyprctl', 'dispatch', 'closewindow', `address:${id}`],
};
