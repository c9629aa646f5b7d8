import type { AuditEntry } from '../../contract/audit.ts';
import type { IconName } from '../components/icons.ts';
import { SOURCE_WORDS } from '../safety/source-words.ts';

export interface AuditWords {
  icon: IconName;
  /** What happened, without the tool's name. */
  text: string;
  tone: 'plain' | 'good' | 'warn' | 'bad';
}

const answeredBy = new Map([
  ['page', 'on a page'],
  ['notification', 'by a notification'],
  ['cli', 'in a terminal'],
  ['api', 'by a program'],
  ['voice', 'by voice'],
]);
const silence = new Map([
  ['expiry', 'Nobody answered in time'],
  ['cancel', 'The question was called off'],
  ['nobody', 'Nobody was there to be asked'],
  ['wrong-code', 'The code was wrong too often'],
]);
const ended = {
  confirmed: { icon: 'check', text: 'Done, and seen', tone: 'good' },
  accepted: { icon: 'clock', text: 'Sent, not confirmed', tone: 'warn' },
  denied: { icon: 'shield', text: 'Not allowed', tone: 'warn' },
  rejected: { icon: 'alert', text: 'Refused by the device', tone: 'bad' },
  failed: { icon: 'alert', text: 'Failed', tone: 'bad' },
} as const satisfies Record<NonNullable<AuditEntry['outcome']>, AuditWords>;

/** One line of the record as a person reads it. */
export function auditWords(entry: AuditEntry): AuditWords {
  const { by = '' } = entry;
  switch (entry.kind) {
    case 'requested': {
      const how = entry.source === undefined ? '' : ` ${SOURCE_WORDS[entry.source]}`;
      return { icon: 'talk', text: entry.dryRun === true ? `Tried out${how}, without effect` : `Asked${how}`, tone: 'plain' };
    }
    case 'approval': {
      if (entry.approved === true) return { icon: 'check', text: `Approved ${answeredBy.get(by) ?? by}`, tone: 'good' };
      return { icon: 'shield', text: silence.get(by) ?? `Refused ${answeredBy.get(by) ?? by}`, tone: 'warn' };
    }
    case 'started':
      return { icon: 'script', text: 'Begun', tone: 'plain' };
    case 'ended': {
      const words = ended[entry.outcome ?? 'failed'];
      return entry.late === true ? { ...words, text: `${words.text} – after it had been given up` } : words;
    }
    case 'secret': {
      const name = entry.name ?? '';
      const bad = entry.act === 'refused';
      const verbs = new Map([
        ['used', 'used'],
        ['refused', 'refused'],
        ['kept', 'kept'],
        ['replaced', 'replaced'],
        ['forgotten', 'forgotten'],
      ]);
      return { icon: 'key', text: `Secret “${name}” ${verbs.get(entry.act ?? '') ?? entry.act ?? ''}`, tone: bad ? 'warn' : 'plain' };
    }
    case 'signed':
      return {
        icon: 'key',
        text: `Command of ${entry.name ?? 'an unknown device'} ${entry.act ?? ''}`,
        tone: entry.act === 'refused' ? 'warn' : 'plain',
      };
    case 'stop':
      return entry.act === 'released'
        ? { icon: 'check', text: 'The stop was released', tone: 'good' }
        : { icon: 'octagon', text: 'Everything was stopped', tone: 'bad' };
    case 'checkpoint':
      return { icon: 'lock', text: 'The record was signed', tone: 'plain' };
    case 'torn':
      return { icon: 'alert', text: 'An unfinished end was laid aside', tone: 'warn' };
    case 'continued':
      return { icon: 'link', text: 'The record goes on from another file', tone: 'plain' };
    case 'pruned':
      return { icon: 'bin', text: 'Old entries were deleted', tone: 'warn' };
    default:
      return entry.kind satisfies never;
  }
}
