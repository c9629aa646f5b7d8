import { describe, expect, it } from 'vitest';
import { type AuditEntry, AuditEntrySchema } from '../../contract/audit.ts';
import { auditWords } from './audit-words.ts';

const entry = (more: Partial<AuditEntry> & Pick<AuditEntry, 'kind'>): AuditEntry => ({
  file: 'a.jsonl',
  line: 1,
  time: '2026-11-21T12:00:00Z',
  hash: '0',
  ...more,
});

describe('a line of the record', () => {
  it('says who asked, who answered, and what came of it', () => {
    expect(auditWords(entry({ kind: 'requested', source: 'voice' })).text).toBe('Asked by voice');
    expect(auditWords(entry({ kind: 'requested', source: 'page', dryRun: true })).text).toBe('Tried out on a page, without effect');
    expect(auditWords(entry({ kind: 'approval', approved: true, by: 'voice' }))).toMatchObject({ text: 'Approved by voice', tone: 'good' });
    expect(auditWords(entry({ kind: 'approval', approved: false, by: 'page' })).text).toBe('Refused on a page');
    expect(auditWords(entry({ kind: 'approval', approved: false, by: 'expiry' })).text).toBe('Nobody answered in time');
    expect(auditWords(entry({ kind: 'ended', outcome: 'denied' }))).toMatchObject({ text: 'Not allowed', tone: 'warn' });
    expect(auditWords(entry({ kind: 'ended', outcome: 'confirmed', late: true })).text).toContain('after it had been given up');
  });

  it('tells a stop from its release', () => {
    expect(auditWords(entry({ kind: 'stop', act: 'stopped' })).tone).toBe('bad');
    expect(auditWords(entry({ kind: 'stop', act: 'released' })).tone).toBe('good');
  });

  it('has words for every kind, also where nothing else is told', () => {
    for (const kind of AuditEntrySchema.shape.kind.options) {
      const { text } = auditWords(entry({ kind }));
      expect(text).toMatch(/\w/u);
      expect(text).not.toContain('undefined');
    }
  });
});
