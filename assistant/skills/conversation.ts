import type { Skill } from './skill.ts';
import { answer } from './skill.ts';

/** Clock, calendar and the small change of talk. */

/** "It is ten past three" is charming once; digits are read well by every voice. */
const time = new Intl.DateTimeFormat('en-GB', { hour: 'numeric', minute: '2-digit', hour12: true });
const date = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });

export const clock: Skill = {
  intents: ['HassGetCurrentTime', 'HassGetCurrentDate'],
  plan: (match, view) =>
    answer(match.intent === 'HassGetCurrentTime' ? `It is ${time.format(view.now)}.` : `It is ${date.format(view.now)}.`),
};

export const nevermind: Skill = {
  intents: ['HassNevermind', 'HassStop'],
  plan: () => ({ type: 'end' }),
};

export const help: Skill = {
  intents: ['JarvisHelp'],
  plan(_match, view) {
    const examples = view.examples().slice(0, 4);
    return answer(examples.length === 0 ? 'I know no sentences yet.' : `You can say, for example: ${examples.join('; ')}.`);
  },
};

export const respond: Skill = {
  intents: ['HassRespond'],
  plan: (_match, view) => answer(view.pick(['At your service.', 'Hello.', 'Good to hear you.'])),
};

/** Rooms are heard one by one, but cannot be spoken to yet. */
export const broadcast: Skill = {
  intents: ['HassBroadcast'],
  plan: () => answer('I cannot reach the other rooms yet.'),
};
