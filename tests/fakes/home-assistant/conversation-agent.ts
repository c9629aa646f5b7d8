import { CommandError } from './command-error.ts';
import type { Context } from './event-bus.ts';
import type { FakeEntity } from './fake-entity.ts';
import type { House } from './house.ts';
import type { ServiceRegistry } from './service-registry.ts';

export interface ConversationInput {
  text: string;
  conversationId: string | null;
  language: string;
  context: Context;
}

export interface IntentResponse {
  /** Empty where there is nothing to say. */
  speech: { plain?: { speech: string; extra_data: null } };
  card: Record<string, never>;
  language: string;
  response_type: 'action_done' | 'query_answer' | 'error';
  data: Record<string, unknown>;
}

export interface ConversationResult {
  response: IntentResponse;
  conversation_id: string;
  continue_conversation: boolean;
}

type ErrorCode = 'no_intent_match' | 'no_valid_targets' | 'failed_to_handle' | 'unknown';

/**
 * A small agent in the manner of Home Assistant's own: it knows a few sentences, means exposed entities only, and says what it was
 * asked for without looking whether it came about.
 */
export class ConversationAgent {
  readonly #house: House;
  readonly #services: ServiceRegistry;
  #conversations = 0;

  constructor(house: House, services: ServiceRegistry) {
    this.#house = house;
    this.#services = services;
  }

  async process(input: ConversationInput): Promise<ConversationResult> {
    const text = input.text
      .trim()
      .toLowerCase()
      .replace(/[.!?]+$/, '');
    const response = await this.#answer(text, input);
    return { response, conversation_id: input.conversationId ?? this.#newConversation(), continue_conversation: false };
  }

  async #answer(text: string, input: ConversationInput): Promise<IntentResponse> {
    for (const [pattern, handle] of this.#sentences()) {
      const match = pattern.exec(text);
      if (match?.groups) return await handle(match.groups, input);
    }
    if (text === 'never mind') return { ...done(input, [], ''), speech: {} };
    return error(input, 'no_intent_match', "Sorry, I couldn't understand that");
  }

  #sentences(): [RegExp, (groups: Record<string, string>, input: ConversationInput) => Promise<IntentResponse>][] {
    return [
      [/^(turn|switch) (?<state>on|off) (the )?(?<name>.+)$/, ({ state = '', name = '' }, input) => this.#turn(state, name, input)],
      [/^(?<verb>open|close|lock|unlock) (the )?(?<name>.+)$/, ({ verb = '', name = '' }, input) => this.#operate(verb, name, input)],
      [
        /^set (the )?(?<name>.+?) (position )?to (?<position>\d+) ?(%|percent)$/,
        ({ name = '', position = '' }, input) => this.#setPosition(name, Number(position), input),
      ],
      [/^(what is|what's) (the )?(state of (the )?)?(?<name>.+)$/, ({ name = '' }, input) => this.#state(name, input)],
    ];
  }

  async #turn(state: string, name: string, input: ConversationInput): Promise<IntentResponse> {
    const lights = /^(?:(?<area>.+) )?lights$/.exec(name)?.groups;
    const entities = lights ? this.#lightsIn(lights.area) : this.#named(name);
    if (entities.length === 0) return unaware(input, name, lights ? 'area' : 'device');
    const service = `turn_${state}`;
    const call = (entity: FakeEntity) => this.#call('homeassistant', service, entity, {}, input);
    return await this.#carryOut(entities, call, input, `Turned ${state} the ${lights ? 'lights' : (entities[0]?.domain ?? 'device')}`);
  }

  async #operate(verb: string, name: string, input: ConversationInput): Promise<IntentResponse> {
    const locks = verb === 'lock' || verb === 'unlock';
    const entities = this.#named(name).filter((entity) => entity.domain === (locks ? 'lock' : 'cover'));
    if (entities.length === 0) return unaware(input, name, 'device');
    const call = (entity: FakeEntity) => this.#call(entity.domain, locks ? verb : `${verb}_cover`, entity, {}, input);
    const past = { open: 'Opened', close: 'Closed', lock: 'Locked', unlock: 'Unlocked' }[verb] ?? verb;
    return await this.#carryOut(entities, call, input, `${past} the ${name}`);
  }

  /** Says "Position set" whatever the cover can do. */
  async #setPosition(name: string, position: number, input: ConversationInput): Promise<IntentResponse> {
    const entities = this.#named(name).filter((entity) => entity.domain === 'cover' || entity.domain === 'valve');
    if (entities.length === 0) return unaware(input, name, 'device');
    const able = entities.filter((entity) => (Number(entity.attributes.supported_features) & 4) !== 0);
    for (const entity of able) await this.#call(entity.domain, `set_${entity.domain}_position`, entity, { position }, input);
    return done(input, entities, 'Position set');
  }

  async #state(name: string, input: ConversationInput): Promise<IntentResponse> {
    const entities = this.#named(name);
    const [entity] = entities;
    if (!entity) return unaware(input, name, 'device');
    const unit = typeof entity.attributes.unit_of_measurement === 'string' ? ` ${entity.attributes.unit_of_measurement}` : '';
    return { ...done(input, entities, `${entity.attributes.friendly_name} is ${entity.state}${unit}`), response_type: 'query_answer' };
  }

  async #carryOut(
    entities: readonly FakeEntity[],
    call: (entity: FakeEntity) => Promise<unknown>,
    input: ConversationInput,
    speech: string,
  ): Promise<IntentResponse> {
    try {
      for (const entity of entities) await call(entity);
    } catch (failure) {
      if (failure instanceof CommandError) return error(input, 'failed_to_handle', 'An unexpected error occurred');
      throw failure;
    }
    return done(input, entities, speech);
  }

  #call(
    domain: string,
    service: string,
    entity: FakeEntity,
    data: Record<string, unknown>,
    { context }: ConversationInput,
  ): Promise<unknown> {
    return this.#services.call({ domain, service, data: { ...data, entity_id: entity.entity_id }, returnResponse: false, context });
  }

  #named(name: string): FakeEntity[] {
    return this.#exposed().filter((entity) => {
      const aliases = this.#house.registries.entities.get(entity.entity_id)?.aliases ?? [];
      return [String(entity.attributes.friendly_name), ...aliases].some((known) => known?.toLowerCase() === name);
    });
  }

  #lightsIn(area: string | undefined): FakeEntity[] {
    const { areas, entities } = this.#house.registries;
    const lights = this.#exposed().filter((entity) => entity.domain === 'light');
    if (area === undefined) return lights;
    const wanted = areas
      .list()
      .find((each) => [each.name, ...each.aliases].some((known) => known.toLowerCase() === area.replace(/^all the /, '')));
    return lights.filter((light) => wanted !== undefined && entities.get(light.entity_id)?.area_id === wanted.area_id);
  }

  #exposed(): FakeEntity[] {
    const { entities } = this.#house.registries;
    return [...this.#house.entities.values()].filter(
      (entity) => entities.get(entity.entity_id)?.options.conversation?.should_expose === true,
    );
  }

  #newConversation(): string {
    this.#conversations += 1;
    return `01K${this.#conversations.toString(32).toUpperCase().padStart(23, '0')}`;
  }
}

const plain = (speech: string) => ({ plain: { speech, extra_data: null } });

function done({ language }: ConversationInput, entities: readonly FakeEntity[], speech: string): IntentResponse {
  const success = entities.map((entity) => ({ name: entity.attributes.friendly_name, type: 'entity', id: entity.entity_id }));
  return { speech: plain(speech), card: {}, language, response_type: 'action_done', data: { targets: [], success, failed: [] } };
}

function error({ language }: ConversationInput, code: ErrorCode, speech: string): IntentResponse {
  return { speech: plain(speech), card: {}, language, response_type: 'error', data: { code } };
}

function unaware(input: ConversationInput, name: string, kind: 'device' | 'area'): IntentResponse {
  return error(input, 'no_valid_targets', `Sorry, I am not aware of any ${kind} called ${name}`);
}
