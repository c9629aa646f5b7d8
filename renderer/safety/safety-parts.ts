import { shallowRef } from 'vue';

export const SAFETY_PARTS = [
  { id: 'approvals', label: 'Asked' },
  { id: 'tools', label: 'Tools' },
  { id: 'policy', label: 'Rules' },
  { id: 'record', label: 'Record' },
  { id: 'secrets', label: 'Secrets' },
] as const;
export type SafetyPart = (typeof SAFETY_PARTS)[number]['id'];

/** Where somebody was in the panel when he left it. */
export const lastSafetyPart = shallowRef<SafetyPart>('approvals');
