import { writeFile } from 'node:fs/promises';
import type { ChatConversation, ChatMessage } from '../../contract/chat.ts';
import type { ChatDoor } from './chat-door.ts';
import { errorText } from './error-text.ts';
import { CommandError, complain, print } from './output.ts';

/** What is to be asked of JARVIS now. */
export interface NextQuestion {
  text: string;
  conversationId: string;
  again?: string;
}

const HELP = [
  '/new              begin a new conversation',
  '/list             the last conversations',
  '/open NUMBER|ID   go on with one of them',
  '/search WORDS     find what was said',
  '/again            answer the last question anew',
  '/stop             stop the answer (or Ctrl-C)',
  '/export [FILE]    the conversation as Markdown, or as JSON for a file that ends in .json',
  '/model [NAME]     what can answer; with provider/model, who is asked first',
  '/quit             leave (or Ctrl-C twice, or Ctrl-D)',
  'Several lines: paste them, or write them between two lines of """.',
];
const SHOWN = 20;
/** Messages that are shown of a conversation that is gone on with. */
const REPEATED = 4;

/** The conversation that is open, and the commands that begin with a slash. */
export class ChatCommands {
  readonly #door: ChatDoor;
  #conversationId: string | undefined;
  #listed: ChatConversation[] = [];

  constructor(door: ChatDoor) {
    this.#door = door;
  }

  /** Rejects in words when the conversation is not there. */
  async begin(wish: { new: true } | { id: string } | undefined, isTold: boolean): Promise<void> {
    if (wish !== undefined && 'id' in wish) {
      const found = await this.#find(wish.id);
      await this.#open(found);
      return;
    }
    const [last] = wish === undefined ? await this.#door.conversations(1) : [];
    this.#conversationId = last?.id;
    if (isTold)
      complain(
        last === undefined
          ? 'A new conversation. /help shows what else can be done.'
          : `Going on with “${last.title}”. /new begins another; /help shows more.`,
      );
  }

  /** The question to be asked, `quit`, or undefined: it was a command, and is done. Failures of commands are told, not thrown. */
  async take(text: string): Promise<NextQuestion | 'quit' | undefined> {
    const trimmed = text.trim();
    if (!/^\/[a-z]+(\s|$)/u.test(trimmed)) return { text: trimmed, conversationId: await this.#current() };
    const [word = '', ...rest] = trimmed.split(/\s+/u);
    try {
      return await this.#command(word, rest.join(' '));
    } catch (error) {
      complain(errorText(error));
      return undefined;
    }
  }

  async #command(word: string, rest: string): Promise<NextQuestion | 'quit' | undefined> {
    switch (word) {
      case '/quit':
      case '/exit':
        return 'quit';
      case '/help':
        for (const line of HELP) complain(line);
        return undefined;
      case '/new':
        this.#conversationId = (await this.#door.start()).id;
        complain('A new conversation.');
        return undefined;
      case '/list':
        this.#listed = await this.#door.conversations(SHOWN);
        for (const [index, { title, preview, id }] of this.#listed.entries())
          print(
            `${String(index + 1).padStart(2)} ${id === this.#conversationId ? '●' : ' '} ${title}${preview === '' ? '' : `: ${preview.replace(/\s+/gu, ' ').slice(0, 60)}`}`,
          );
        if (this.#listed.length === 0) complain('There is no conversation yet.');
        return undefined;
      case '/open':
        await this.#open(await this.#find(rest));
        return undefined;
      case '/search':
        return this.#search(rest);
      case '/again':
        return this.#again();
      case '/stop':
        complain('Nothing is being answered.');
        return undefined;
      case '/export':
        return this.#export(rest);
      case '/model':
        return this.#model(rest);
      default:
        complain(`There is no ${word}; /help shows what there is.`);
        return undefined;
    }
  }

  async #current(): Promise<string> {
    this.#conversationId ??= (await this.#door.start()).id;
    return this.#conversationId;
  }

  async #find(wanted: string): Promise<ChatConversation> {
    if (wanted === '') throw new CommandError('Which one? /list shows them.');
    const byNumber = /^\d{1,3}$/u.test(wanted) ? this.#listed[Number(wanted) - 1] : undefined;
    if (byNumber !== undefined) return byNumber;
    const known = await this.#door.conversations(200);
    const found = known.filter(({ id }) => id.startsWith(wanted));
    const [only] = found;
    if (only !== undefined && found.length === 1) return only;
    throw new CommandError(
      found.length > 1 ? `Several begin with "${wanted}"; give more of the id.` : `There is no conversation "${wanted}".`,
    );
  }

  async #open({ id, title }: ChatConversation): Promise<void> {
    const { messages } = await this.#door.conversation(id);
    this.#conversationId = id;
    complain(`“${title}”, ${messages.length} messages.`);
    for (const { role, text } of messages.slice(-REPEATED)) print(role === 'person' ? `› ${text}` : text);
  }

  async #search(words: string): Promise<undefined> {
    if (words === '') throw new CommandError('What for? /search WORDS');
    const hits = await this.#door.search(words);
    this.#listed = [...new Map(hits.map(({ conversation }) => [conversation.id, conversation])).values()];
    for (const [index, { id, title }] of this.#listed.entries()) {
      print(`${String(index + 1).padStart(2)}   ${title}`);
      for (const hit of hits.filter(({ conversation }) => conversation.id === id).slice(0, 3))
        print(`     ${hit.snippet.replace(/\s+/gu, ' ').replace(/\[\[|\]\]/gu, '')}`);
    }
    complain(hits.length === 0 ? `Nothing was said about "${words}".` : '/open NUMBER goes on with one of them.');
    return undefined;
  }

  async #again(): Promise<NextQuestion> {
    const messages: readonly ChatMessage[] =
      this.#conversationId === undefined ? [] : (await this.#door.conversation(this.#conversationId)).messages;
    const question = messages.findLast(({ role }) => role === 'person');
    if (question === undefined) throw new CommandError('Nothing was asked yet.');
    return { text: question.text, conversationId: question.conversationId, again: question.id };
  }

  async #export(file: string): Promise<undefined> {
    if (this.#conversationId === undefined) throw new CommandError('Nothing was said yet.');
    const { text } = await this.#door.export(this.#conversationId, /\.json$/iu.test(file) ? 'json' : 'markdown');
    if (file === '') print(text.trimEnd());
    else {
      await writeFile(file, text, { flag: 'wx' }).catch((error: unknown) => {
        const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST';
        throw new CommandError(
          isThere
            ? `${file} is there already, and was left as it is.`
            : `${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
        );
      });
      complain(`Written to ${file}.`);
    }
    return undefined;
  }

  async #model(name: string): Promise<undefined> {
    const { settings, providers } = await this.#door.mind();
    if (name === '') {
      for (const { settings: provider, state, leavesHouse } of providers)
        print(
          `${provider.id}: ${state}${leavesHouse ? ', leaves the house' : ''}${provider.models.length === 0 ? '' : ` (${provider.models.map(({ id }) => id).join(', ')})`}`,
        );
      print(settings.order.length === 0 ? `Chosen by itself: ${settings.prefer}.` : `Asked first: ${settings.order.join(', ')}.`);
      return undefined;
    }
    if (name === 'auto') {
      await this.#door.saveMind({ order: [] });
      complain(`Chosen by itself from now on: ${settings.prefer}.`);
      return undefined;
    }
    await this.#door.saveMind({ order: [name, ...settings.order.filter((each) => each !== name)] });
    complain(`${name} is asked first from now on, in every conversation; "/model auto" takes that back.`);
    return undefined;
  }
}
