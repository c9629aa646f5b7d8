import type { ChatConversation } from '../../contract/chat.ts';

/** What was fetched, and what changed since: the newer of both wins, deleted ones are gone. Newest first. */
export function listConversations(
  fetched: readonly ChatConversation[],
  changed: Readonly<Record<string, ChatConversation | null>>,
): ChatConversation[] {
  const all = new Map(fetched.map((each) => [each.id, each]));
  for (const [id, change] of Object.entries(changed)) {
    const before = all.get(id);
    if (change === null) all.delete(id);
    else if (before === undefined || change.updatedAt >= before.updatedAt) all.set(id, change);
  }
  return [...all.values()].sort((a, b) => b.updatedAt - a.updatedAt);
}

export interface DayGroup {
  label: string;
  conversations: ChatConversation[];
}

/** Newest first, under the day a person would name. `now` in ms since the epoch. */
export function groupByDay(conversations: readonly ChatConversation[], now: number): DayGroup[] {
  const groups: DayGroup[] = [];
  for (const conversation of conversations) {
    const label = dayLabel(conversation.updatedAt, now);
    const last = groups.at(-1);
    if (last?.label === label) last.conversations.push(conversation);
    else groups.push({ label, conversations: [conversation] });
  }
  return groups;
}

function dayLabel(at: number, now: number): string {
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000);
  if (days <= 0) return 'Today';
  if (days === 1) return 'Yesterday';
  if (days < 7) return 'This week';
  const date = new Date(at);
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return date.toLocaleDateString(undefined, sameYear ? { month: 'long' } : { month: 'long', year: 'numeric' });
}

function midnight(at: number): number {
  const date = new Date(at);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** A snippet of a search, cut at its marks. A mark without its end marks up to the end. */
export function snippetParts(snippet: string): { text: string; hit: boolean }[] {
  const [before = '', ...rest] = snippet.split('[[');
  const parts = [{ text: before, hit: false }];
  for (const piece of rest) {
    const end = piece.indexOf(']]');
    parts.push({ text: end < 0 ? piece : piece.slice(0, end), hit: true }, { text: end < 0 ? '' : piece.slice(end + 2), hit: false });
  }
  return parts.filter(({ text }) => text !== '');
}
