import type { Taint } from '../../contract/tool.ts';

/** What is known of an older part of a conversation in a model's words. */
export interface RunningSummary {
  /** The last message that it covers; it is left out when that is not on the thread. */
  upTo: string;
  text: string;
  taint: readonly Taint[];
}

/** Something from elsewhere that may answer the question: another conversation, memory, the home. Best first. */
export interface RetrievedText {
  /** For the model: "from the conversation “Holidays”, 3 May". */
  from: string;
  text: string;
  taint?: readonly Taint[];
}
