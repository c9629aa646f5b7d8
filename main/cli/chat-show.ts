import { sentenceFor } from '../../contract/failure.ts';
import type { TurnEvent } from '../../contract/turn-event.ts';
import { ChatMarkdown } from './chat-markdown.ts';
import { usageWords } from './mind-look.ts';
import { complain, print, printPiece, visible } from './output.ts';

export interface ShowOptions {
  /** Codes of a terminal may be used. */
  styled: boolean;
  /** What models and tools do is told, beside the answer. */
  steps: boolean;
  /** Which model, for what. */
  verbose: boolean;
  /** The answer as it is written; else when it is complete. */
  streamed: boolean;
}

/** Shows turns to people: answers on stdout, all else on stderr. One turn after another. */
export class ShowTurn {
  readonly #options: ShowOptions;
  #markdown = new ChatMarkdown();
  #shown = '';

  constructor(options: ShowOptions) {
    this.#options = options;
  }

  tell(event: TurnEvent): void {
    const { steps, verbose, streamed } = this.#options;
    switch (event.type) {
      case 'turn-started':
        this.#shown = '';
        this.#markdown = new ChatMarkdown();
        return;
      case 'reply-delta':
        if (streamed) this.#piece(event.text);
        return;
      case 'reply-ended':
        this.#end(event.rich ?? event.text);
        if ((steps || verbose) && event.sources !== undefined && event.sources.length > 0)
          complain(`  Sources: ${event.sources.map(({ title, url }) => (url === undefined ? title : `${title} (${url})`)).join('; ')}`);
        return;
      case 'tool-requested':
        if (steps) this.#quiet(`· ${event.tool}${event.dryRun === true ? ' (nothing is done)' : ''}`);
        return;
      case 'tool-ended':
        if (steps && event.outcome !== 'confirmed' && event.outcome !== 'accepted')
          this.#quiet(`· ${event.tool} ${event.outcome}${event.reason === undefined ? '' : `: ${event.reason}`}`);
        return;
      case 'plan-step-started':
      case 'plan-step-ended':
        return;
      case 'plan-ended':
        if (steps)
          this.#quiet(
            `· plan: ${event.done} done${event.failed > 0 ? `, ${event.failed} failed` : ''}${event.left > 0 ? `, ${event.left} left` : ''}`,
          );
        return;
      case 'model-chosen':
        if (verbose || (steps && (event.continues === true || event.leavesHouse)))
          this.#quiet(
            `· ${event.provider}/${event.model}${event.leavesHouse ? ', which leaves the house' : ''}${event.continues === true ? ', goes on' : ''}${verbose ? `: ${event.because}` : ''}`,
          );
        return;
      case 'model-failed':
        if (steps || verbose) this.#quiet(`· ${event.provider}/${event.model}: ${event.reason}`);
        return;
      case 'model-ended':
        if (verbose)
          this.#quiet(
            `· ${event.provider}/${event.model}: ${usageWords(event.usage, '')}, ${Math.round(event.ms)} ms`.replace(/ ,/gu, ','),
          );
        return;
      case 'turn-failed':
        this.#close();
        if (event.failure.code !== 'cancelled') complain(sentenceFor(event.failure));
        return;
      case 'turn-ended':
        this.#close();
        return;
      default:
        return;
    }
  }

  #piece(text: string): void {
    if (text === '') return;
    this.#shown += text;
    if (this.#options.styled) printPiece(this.#markdown.push(visible(text)), true);
    else printPiece(text);
  }

  #end(text: string): void {
    if (this.#shown === '' && text !== '') {
      if (this.#options.styled) printPiece(`${this.#markdown.push(visible(text))}${this.#markdown.end()}\n`, true);
      else print(text.trimEnd());
      return;
    }
    this.#close();
  }

  /** Whatever is said next stands on a line of its own. */
  #close(): void {
    if (this.#shown === '') return;
    const rest = this.#options.styled ? this.#markdown.end() : '';
    printPiece(`${rest}${this.#shown.endsWith('\n') ? '' : '\n'}`, true);
    this.#shown = '';
  }

  #quiet(text: string): void {
    this.#close();
    complain(`  ${text}`);
  }
}
