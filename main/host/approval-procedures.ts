import { JarvisError } from '../../contract/failure.ts';
import { type ProposedRule, proposeRule, type RuleStore } from '../../tools/approval-rule.ts';
import { NOT_TAKEN } from '../../tools/approval-words.ts';
import type { AnsweredBy, Approvals } from '../../tools/approvals.ts';
import type { Caller, JarvisApi } from '../gateway/router.ts';

/** What pages and programs can ask about what waits for a yes. */
export function approvalProcedures({
  approvals,
  rules,
}: {
  approvals: Approvals;
  rules: RuleStore;
}): Pick<JarvisApi, 'approvals' | 'answerApproval' | 'proposeRule' | 'acceptRule' | 'approvalStats'> {
  const proposed = (approvalId: string): ProposedRule => {
    const waiting = approvals.waiting(approvalId);
    if (waiting === undefined) throw new JarvisError('refused', NOT_TAKEN.unknown);
    const proposal = proposeRule(waiting.approval, waiting.repeat);
    if ('refusal' in proposal) throw new JarvisError('refused', proposal.refusal);
    return proposal;
  };
  return {
    approvals: () => approvals.pending(),
    answerApproval({ approvalId, approved, code, by }, { source }) {
      const result = approvals.give({ approvalId, approved, code, by: answeredBy(source, by) });
      return result === 'taken' ? { accepted: true } : { accepted: false, reason: NOT_TAKEN[result] };
    },
    proposeRule({ approvalId }) {
      const { text, sentence } = proposed(approvalId);
      return { text, sentence };
    },
    async acceptRule({ approvalId }, { source }) {
      const { rule } = proposed(approvalId);
      // The answer first: a rule must not outlive a question that ran out while the person was reading.
      const result = approvals.give({ approvalId, approved: true, by: source });
      if (result !== 'taken') return { accepted: false, saved: false, reason: NOT_TAKEN[result] };
      try {
        await rules.addRule(rule);
        return { accepted: true, saved: true };
      } catch (error) {
        return {
          accepted: true,
          saved: false,
          reason: `Approved this once; the rule could not be kept: ${error instanceof Error ? error.message : String(error)}`,
        };
      }
    },
    approvalStats: () => ({ days: approvals.days() }),
  };
}

/** A page may say that it was its notification, a program that it is the command line; nobody may say that he is a page. */
function answeredBy(source: Caller['source'], claimed: 'cli' | 'notification' | undefined): AnsweredBy {
  if (source === 'page') return claimed === 'notification' ? 'notification' : 'page';
  return claimed === 'cli' ? 'cli' : 'api';
}
