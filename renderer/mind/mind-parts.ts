import { shallowRef } from 'vue';

export const MIND_PARTS = [
  { id: 'models', label: 'Models' },
  { id: 'providers', label: 'Providers' },
  { id: 'persona', label: 'Persona' },
  { id: 'hardware', label: 'Hardware' },
] as const;
export type MindPart = (typeof MIND_PARTS)[number]['id'];

/** Where somebody was in the view when he left it. */
export const lastMindPart = shallowRef<MindPart>('models');
