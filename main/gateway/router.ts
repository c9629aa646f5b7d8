import type { InferContractRouterInputs, InferContractRouterOutputs } from '@orpc/contract';
import { implement, ORPCError, onError } from '@orpc/server';
import { JarvisError, sentenceFor } from '../../contract/failure.ts';
import { type InterfaceEvent, jarvisInterface } from '../../contract/interface.ts';
import type { Log } from '../host/log.ts';

/** Who calls. */
export interface Caller {
  /** `page`: a person at the page. `api`: another program. */
  source: 'page' | 'api';
}

type Contract = typeof jarvisInterface;
type Inputs = InferContractRouterInputs<Contract>;
type Outputs = InferContractRouterOutputs<Contract>;
type Procedure = Exclude<keyof Contract, 'events'>;

/** What the host does behind the contract: one plain method per procedure. Input is parsed already; output is checked on the way out. */
export type JarvisApi = {
  [Name in Procedure]: (input: ParsedInput<Name>, caller: Caller) => Promise<Outputs[Name]> | Outputs[Name];
} & {
  /** First a snapshot, then every change; ends when `signal` aborts. */
  events(signal: AbortSignal, caller: Caller): AsyncIterable<InterfaceEvent>;
};

/** The input as the host sees it: defaults are filled in. Procedures without input get undefined. */
type ParsedInput<Name extends Procedure> =
  NonNullable<Contract[Name]['~orpc']['inputSchema']> extends { _zod: { output: infer Parsed } } ? Parsed : Inputs[Name];

export type JarvisRouter = ReturnType<typeof createRouter>;

/** The contract with the host behind it. A `JarvisError` reaches the caller as its sentence and code; any other error only as "internal". */
export function createRouter(api: JarvisApi, log: Log) {
  const contract = implement(jarvisInterface)
    .$context<Caller>()
    .use(
      onError((error) => {
        if (!(error instanceof ORPCError) && !(error instanceof JarvisError)) log.error({ error }, 'a call failed');
      }),
    )
    .use(async ({ next }) => {
      try {
        return await next();
      } catch (error) {
        throw error instanceof JarvisError ? asReply(error) : error;
      }
    });
  return contract.router({
    events: contract.events.handler(({ context, signal }) => events(api, context, signal, log)),
    ask: contract.ask.handler(({ input, context }) => api.ask(input, context)),
    converse: contract.converse.handler(({ input, context }) => api.converse(input, context)),
    cancel: contract.cancel.handler(({ input, context }) => api.cancel(input, context)),
    recentTurns: contract.recentTurns.handler(({ input, context }) => api.recentTurns(input, context)),
    status: contract.status.handler(({ input, context }) => api.status(input, context)),
    doctor: contract.doctor.handler(({ input, context }) => api.doctor(input, context)),
    setMuted: contract.setMuted.handler(({ input, context }) => api.setMuted(input, context)),
    setRoom: contract.setRoom.handler(({ input, context }) => api.setRoom(input, context)),
    callService: contract.callService.handler(({ input, context }) => api.callService(input, context)),
    undo: contract.undo.handler(({ input, context }) => api.undo(input, context)),
    setEntity: contract.setEntity.handler(({ input, context }) => api.setEntity(input, context)),
    connections: contract.connections.handler(({ input, context }) => api.connections(input, context)),
    connectHome: contract.connectHome.handler(({ input, context }) => api.connectHome(input, context)),
    startHomeLogin: contract.startHomeLogin.handler(({ input, context }) => api.startHomeLogin(input, context)),
    disconnectHome: contract.disconnectHome.handler(({ input, context }) => api.disconnectHome(input, context)),
    ownSentences: contract.ownSentences.handler(({ input, context }) => api.ownSentences(input, context)),
    saveOwnSentences: contract.saveOwnSentences.handler(({ input, context }) => api.saveOwnSentences(input, context)),
    tryText: contract.tryText.handler(({ input, context }) => api.tryText(input, context)),
    approvals: contract.approvals.handler(({ input, context }) => api.approvals(input, context)),
    answerApproval: contract.answerApproval.handler(({ input, context }) => api.answerApproval(input, context)),
    proposeRule: contract.proposeRule.handler(({ input, context }) => api.proposeRule(input, context)),
    acceptRule: contract.acceptRule.handler(({ input, context }) => api.acceptRule(input, context)),
    approvalStats: contract.approvalStats.handler(({ input, context }) => api.approvalStats(input, context)),
    audit: contract.audit.handler(({ input, context }) => api.audit(input, context)),
    verifyAudit: contract.verifyAudit.handler(({ input, context }) => api.verifyAudit(input, context)),
    stopEverything: contract.stopEverything.handler(({ input, context }) => api.stopEverything(input, context)),
    releaseStop: contract.releaseStop.handler(({ input, context }) => api.releaseStop(input, context)),
    secrets: contract.secrets.handler(({ input, context }) => api.secrets(input, context)),
    setSecret: contract.setSecret.handler(({ input, context }) => api.setSecret(input, context)),
    deleteSecret: contract.deleteSecret.handler(({ input, context }) => api.deleteSecret(input, context)),
    signed: contract.signed.handler(({ input, context }) => api.signed(input, context)),
    tools: contract.tools.handler(({ input, context }) => api.tools(input, context)),
    setToolEnabled: contract.setToolEnabled.handler(({ input, context }) => api.setToolEnabled(input, context)),
    approveReview: contract.approveReview.handler(({ input, context }) => api.approveReview(input, context)),
    runTool: contract.runTool.handler(({ input, context }) => api.runTool(input, context)),
    policy: contract.policy.handler(({ input, context }) => api.policy(input, context)),
    savePolicy: contract.savePolicy.handler(({ input, context }) => api.savePolicy(input, context)),
    testPolicy: contract.testPolicy.handler(({ input, context }) => api.testPolicy(input, context)),
    mcpServers: contract.mcpServers.handler(({ input, context }) => api.mcpServers(input, context)),
    addMcpServer: contract.addMcpServer.handler(({ input, context }) => api.addMcpServer(input, context)),
    removeMcpServer: contract.removeMcpServer.handler(({ input, context }) => api.removeMcpServer(input, context)),
    models: contract.models.handler(({ input, context }) => api.models(input, context)),
    pullModel: contract.pullModel.handler(({ input, context }) => api.pullModel(input, context)),
    pauseDownload: contract.pauseDownload.handler(({ input, context }) => api.pauseDownload(input, context)),
    resumeDownload: contract.resumeDownload.handler(({ input, context }) => api.resumeDownload(input, context)),
    cancelDownload: contract.cancelDownload.handler(({ input, context }) => api.cancelDownload(input, context)),
    foundModels: contract.foundModels.handler(({ input, context }) => api.foundModels(input, context)),
    importModel: contract.importModel.handler(({ input, context }) => api.importModel(input, context)),
    removeModel: contract.removeModel.handler(({ input, context }) => api.removeModel(input, context)),
    loadModel: contract.loadModel.handler(({ input, context }) => api.loadModel(input, context)),
    unloadModel: contract.unloadModel.handler(({ input, context }) => api.unloadModel(input, context)),
    benchModel: contract.benchModel.handler(({ input, context }) => api.benchModel(input, context)),
    fetchEngine: contract.fetchEngine.handler(({ input, context }) => api.fetchEngine(input, context)),
    removeEngine: contract.removeEngine.handler(({ input, context }) => api.removeEngine(input, context)),
    mind: contract.mind.handler(({ input, context }) => api.mind(input, context)),
    saveMind: contract.saveMind.handler(({ input, context }) => api.saveMind(input, context)),
    checkProvider: contract.checkProvider.handler(({ input, context }) => api.checkProvider(input, context)),
    hardware: contract.hardware.handler(({ input, context }) => api.hardware(input, context)),
    conversations: contract.conversations.handler(({ input, context }) => api.conversations(input, context)),
    conversation: contract.conversation.handler(({ input, context }) => api.conversation(input, context)),
    startConversation: contract.startConversation.handler(({ input, context }) => api.startConversation(input, context)),
    renameConversation: contract.renameConversation.handler(({ input, context }) => api.renameConversation(input, context)),
    deleteConversation: contract.deleteConversation.handler(({ input, context }) => api.deleteConversation(input, context)),
    restoreConversation: contract.restoreConversation.handler(({ input, context }) => api.restoreConversation(input, context)),
    branchConversation: contract.branchConversation.handler(({ input, context }) => api.branchConversation(input, context)),
    showMessage: contract.showMessage.handler(({ input, context }) => api.showMessage(input, context)),
    searchConversations: contract.searchConversations.handler(({ input, context }) => api.searchConversations(input, context)),
    exportConversation: contract.exportConversation.handler(({ input, context }) => api.exportConversation(input, context)),
    importConversation: contract.importConversation.handler(({ input, context }) => api.importConversation(input, context)),
    attachFile: contract.attachFile.handler(({ input, context }) => api.attachFile(input, context)),
    answerPlan: contract.answerPlan.handler(({ input, context }) => api.answerPlan(input, context)),
    stopTurn: contract.stopTurn.handler(({ input, context }) => api.stopTurn(input, context)),
    help: contract.help.handler(({ input, context }) => api.help(input, context)),
    settings: contract.settings.handler(({ input, context }) => api.settings(input, context)),
  });
}

/** Ends with its reader: a line that goes away, or a reader that stops reading, aborts what the host does for it. */
async function* events(api: JarvisApi, caller: Caller, signal: AbortSignal | undefined, log: Log): AsyncGenerator<InterfaceEvent> {
  const reading = new AbortController();
  const stop = (): void => reading.abort(new Error('the reader has gone'));
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  try {
    yield* api.events(reading.signal, caller);
  } catch (error) {
    // Aborted is how a subscription ends, not how it fails.
    if (!reading.signal.aborted) {
      log.error({ error }, 'a subscription failed');
      throw error;
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
  }
}

function asReply(error: JarvisError): ORPCError<string, unknown> {
  return new ORPCError('JARVIS_ERROR', { status: 409, message: sentenceFor(error.failure), data: error.failure });
}
