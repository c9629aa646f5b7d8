import { Broadcast } from '../../contract/broadcast.ts';
import type { ChatConversation } from '../../contract/chat.ts';
import { JarvisError } from '../../contract/failure.ts';
import type { InterfaceEvent } from '../../contract/interface.ts';
import { SettingsSchema } from '../../contract/settings.ts';
import type { Caller, JarvisApi } from '../../main/gateway/router.ts';

const conversation: ChatConversation = {
  id: 'conversation-1',
  title: 'Talk',
  named: false,
  createdAt: 0,
  updatedAt: 0,
  messages: 0,
  head: null,
  preview: '',
};

const nothing = (): never => {
  throw new JarvisError('refused', 'There are no models here.');
};

/** Nobody is asked for these in the tests of the gateway. */
const fakeMind = {
  models: nothing,
  pullModel: nothing,
  foundModels: nothing,
  importModel: nothing,
  removeModel: nothing,
  loadModel: nothing,
  benchModel: nothing,
  fetchEngine: nothing,
  removeEngine: nothing,
  mind: nothing,
  saveMind: nothing,
  checkProvider: nothing,
  exportConversation: nothing,
  attachFile: nothing,
  pauseDownload: () => ({}),
  resumeDownload: () => ({}),
  cancelDownload: () => ({}),
  unloadModel: () => ({}),
  hardware: () => ({ history: [], problems: [] }),
  conversations: () => [conversation],
  conversation: () => ({ conversation, messages: [] }),
  startConversation: () => conversation,
  renameConversation: () => conversation,
  deleteConversation: () => ({ restorableUntil: 0 }),
  restoreConversation: () => conversation,
  branchConversation: () => conversation,
  showMessage: () => ({ conversation, messages: [] }),
  searchConversations: () => [],
  importConversation: () => conversation,
  answerPlan: () => ({ accepted: false }),
  stopTurn: () => ({ stopped: false }),
} satisfies Partial<JarvisApi>;

const status = { presence: 'idle' as const, muted: false, engines: [], services: [], bridges: [] };

/** A host behind the contract that does nothing and remembers who asked. */
export class FakeJarvisApi {
  readonly asked: { text: string; source: Caller['source'] }[] = [];
  readonly published = new Broadcast<InterfaceEvent>();
  subscribers = 0;
  /** Told at every change of `subscribers`. */
  onSubscribers: () => void = () => undefined;

  readonly api: JarvisApi = {
    events: (signal) => this.#events(signal),
    ask: ({ text }, { source }) => {
      if (text === 'crash') throw new TypeError('a secret path');
      if (text === 'nothing') throw new JarvisError('no-target', 'the xylophone');
      this.asked.push({ text, source });
      return { turnId: `turn-${this.asked.length}` };
    },
    converse: ({ text }) => ({
      response: { response_type: 'query_answer', language: 'en', speech: { plain: { speech: text } }, data: {} },
      conversation_id: 'c1',
      continue_conversation: false,
    }),
    cancel: () => ({ cancelled: false }),
    recentTurns: () => [],
    status: () => status,
    doctor: () => ({ version: '0', node: '24', dataFolder: '/', home: 'demo', entities: 0, engines: [], checks: [] }),
    setMuted: ({ muted }) => ({ muted }),
    setRoom: () => ({}),
    callService: () => [{ outcome: 'confirmed' }],
    undo: () => [{ outcome: 'confirmed' }],
    setEntity: () => ({}),
    connections: () => [],
    connectHome: () => {
      throw new JarvisError('home-refused', 'There is no Home Assistant at this address.');
    },
    startHomeLogin: ({ url }) => ({ authorizeUrl: `${url}/auth/authorize` }),
    disconnectHome: () => ({}),
    ownSentences: () => ({ text: '', path: '/sentences.yaml', problems: [] }),
    saveOwnSentences: () => ({ saved: true, problems: [] }),
    tryText: () => ({ understood: false, matches: [], effects: [], problems: [] }),
    approvals: () => [],
    answerApproval: () => ({ accepted: false }),
    proposeRule: () => ({ text: '', sentence: '' }),
    acceptRule: () => ({ accepted: false, saved: false }),
    approvalStats: () => ({ days: [] }),
    audit: () => ({ entries: [] }),
    verifyAudit: () => ({ ok: true, entries: 0, problems: [] }),
    stopEverything: () => ({ stopped: true }),
    releaseStop: () => ({ released: false }),
    secrets: () => [],
    setSecret: () => ({ replaced: false }),
    deleteSecret: () => ({ deleted: false }),
    signed: () => ({ accepted: false, reply: 'No device is trusted here.', ok: false }),
    tools: () => [],
    setToolEnabled: ({ enabled }) => ({ enabled }),
    approveReview: () => ({ reviewed: false, permissions: [] }),
    runTool: () => ({ outcome: 'confirmed' }),
    policy: () => ({ text: '', version: '0', path: '/policy.yaml', problems: [] }),
    savePolicy: ({ version }) => ({ saved: true, version, problems: [] }),
    testPolicy: () => ({ decision: 'allow', why: 'Looking is free (observe).', matched: [], risk: 'observe', strong: false }),
    mcpServers: () => [],
    addMcpServer: () => ({}),
    removeMcpServer: () => ({}),
    ...fakeMind,
    help: () => [],
    settings: () => SettingsSchema.parse({}),
  };

  /** The state is `good` for a login that was begun here. */
  readonly finishHomeLogin = async (state: string, code: string): Promise<{ title: string; returnTo: string }> => {
    if (state !== 'good') throw new JarvisError('home-refused', 'This login was not begun here.');
    if (code === 'crash') throw new TypeError('a secret path');
    return { title: 'Home Assistant <at home>', returnTo: this.returnTo };
  };
  returnTo = 'http://elsewhere/';

  async *#events(signal: AbortSignal): AsyncGenerator<InterfaceEvent> {
    this.subscribers += 1;
    this.onSubscribers();
    try {
      yield { type: 'snapshot', status, floors: [], areas: [], entities: [], approvals: [], turns: [], undo: [] };
      yield* this.published.subscribe(signal);
    } finally {
      this.subscribers -= 1;
      this.onSubscribers();
    }
  }
}
