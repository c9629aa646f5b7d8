/**
 * A conversation of 500 turns in which somebody introduces herself in the first, and says a good deal about other people and things later on. Questions and
 * facts were written down before anything that answers them.
 */

export interface SaidTurn {
  person: string;
  jarvis: string;
}

/** What must be in the prompt for the question to be answerable: every one of these words. */
export interface FactQuestion {
  question: string;
  fact: readonly string[];
}

const INTRODUCTION =
  'Good evening. Let me introduce myself properly. My name is Margaret Ashdown and I am a marine biologist. I live in Falmouth with my husband Tobias and our ' +
  "two greyhounds, Pepper and Juno. I am allergic to walnuts. My blood type is O negative. My sister's wedding is on the 14th of June in Edinburgh. " +
  'The spare key is under the blue flowerpot by the shed. I drive a 2009 Saab, registration KV09 XTE. My doctor is called Okonkwo. I take my tea ' +
  'without sugar. We have decided to repaint the study in sage green. Penrose Heating serviced the boiler in March. I cannot stand musicals.';

export const FACT_QUESTIONS: readonly FactQuestion[] = [
  { question: 'What is my name?', fact: ['Margaret', 'Ashdown'] },
  { question: 'Remind me, what do I do for a living?', fact: ['marine', 'biologist'] },
  { question: 'Which town is my house in?', fact: ['Falmouth'] },
  { question: 'Who am I married to?', fact: ['Tobias'] },
  { question: 'What are the dogs called?', fact: ['Pepper', 'Juno'] },
  { question: 'Is there anything I must not eat?', fact: ['walnuts'] },
  { question: 'The paramedic wants to know my blood group.', fact: ['O negative'] },
  { question: 'When does my sister get married?', fact: ['14th of June'] },
  { question: 'Where do I have to travel for the wedding?', fact: ['Edinburgh'] },
  { question: "I've locked myself out. Did I hide another key anywhere?", fact: ['blue flowerpot'] },
  { question: 'The garage asks for the number plate of my car.', fact: ['KV09 XTE'] },
  { question: 'What make of car have I got?', fact: ['Saab'] },
  { question: 'How old is my car?', fact: ['2009'] },
  { question: 'I feel ill. Which GP should I ring?', fact: ['Okonkwo'] },
  { question: 'How do I like my tea?', fact: ['without sugar'] },
  { question: 'What colour did we settle on for the study?', fact: ['sage green'] },
  { question: 'Which firm looked after the central heating last time?', fact: ['Penrose'] },
  { question: 'In which month was the boiler last seen to?', fact: ['March'] },
  { question: 'Would I enjoy an evening at Les Misérables?', fact: ['musicals'] },
  { question: 'What breed are Pepper and Juno?', fact: ['greyhounds'] },
];

/** Said by the same person about other things: each of it as good a fact as those of the first turn, and some of it close to them. */
const OTHER_FACTS: readonly string[] = [
  'My colleague Henrik is allergic to cats.',
  'I bought running shoes in size 41 yesterday.',
  'Our neighbour, Mrs Trelawney, has a Volvo with a broken exhaust.',
  'My mother lives in Norwich and turns 71 in October.',
  "My brother Callum's wedding was in Bristol, five years ago.",
  'I have a dentist appointment on the 3rd of February at ten.',
  'We decided to have the hallway carpet replaced in grey.',
  'The plumber is called Hargreaves and charges 65 pounds an hour.',
  'I prefer the window seat when I fly.',
  'My favourite author is Penelope Fitzgerald.',
  'I hate coriander, by the way.',
  'My gym membership number is 88213.',
  'Tobias is a teacher at the grammar school.',
  'The bins are collected on Thursdays.',
  'I am learning the cello with a Mr Vasile.',
  'My laptop has 16 gigabytes of memory.',
  'The insurance runs until the 30th of September.',
  'I parked on level four today.',
  'My cousin Odette works for the harbour authority.',
  'I would rather have the heating at 19 degrees at night.',
  'The cleaner comes on Tuesdays and has her own key.',
  'My passport runs out in 2029.',
  'The shed has a leaking roof.',
  'I always take the 7.42 train.',
  'My aunt has three cats called Tom, Dick and Harriet.',
  'We are painting the garden fence in black.',
  'The wifi in the cabin is called Kittiwake.',
  'I take vitamin D every morning.',
  'My boss is Doctor Lindqvist and she likes short mails.',
  'The vet is in Penryn, next to the bakery.',
  'I have lent the ladder to Mr Pascoe.',
  'Our anniversary is on the 22nd of August.',
  'I never drink coffee after four.',
  'The washing machine is a Miele and it is eleven years old.',
  'My locker at the institute is number 17.',
  'Callum drives a Skoda now.',
  'I want to read more this year.',
  "My friend Ilse's birthday is on the 9th of May.",
  'The piano tuner charges 80 pounds.',
  'I need new glasses, minus 2.5 on both eyes.',
];

const COMMANDS = [
  'Turn on the {room} light',
  'Dim the {room} to {n} percent',
  'Close the blinds in the {room}',
  'Set a timer for {n} minutes',
  'Play some {music} in the {room}',
  'How warm is it in the {room}?',
  'Is the {room} window open?',
  'Add {thing} to the shopping list',
  'Stop the music',
  'What time is it?',
];
const COMMAND_REPLIES = [
  'Done.',
  'The {room} it is.',
  '{n} it is.',
  'As you wish.',
  'It is {n} degrees there.',
  'It is shut.',
  'Noted.',
  'Half past {n}.',
];
const QUESTIONS = [
  'Tell me something about {topic}.',
  'Why is {topic} in the news?',
  'Explain {topic} in simple words.',
  'What is the history of {topic}?',
  'And what about {topic}?',
  'Could you compare {topic} with {topic2}?',
];
const ANSWERS = [
  'There is a good deal to say about {topic}. It has been studied for about {n} years, chiefly in Scandinavia, and the usual view is that its causes are several. The second point worth knowing is that {topic2} behaves quite differently, although the newspapers like to mix them up. Shall I go on?',
  'In short, {topic} matters because it touches {topic2}. A report of last spring put the number at {n} in a thousand, which is more than most people would have guessed, and rather less than the pessimists claimed.',
  'The history of {topic} begins around 18{n}. It was taken up first in the north, then along the coast, and by the end of the century hardly a town was without it. What remains of it today is mostly in museums.',
  'Simply put: {topic} works like a seesaw. If one side goes up by {n}, the other must come down, and {topic2} sits in the middle and complains.',
];
const ROOMS = ['kitchen', 'study', 'hallway', 'bedroom', 'living room', 'bathroom', 'attic'];
const TOPICS = [
  'tidal power',
  'the gulf stream',
  'sourdough',
  'paper money',
  'lighthouses',
  'the doctor shortage',
  'electric cars',
  'wedding customs',
  'dog racing',
  'green paint',
  'food allergies',
  'blood donation',
  'key signatures',
  'tea plantations',
  'boilers',
  'town planning',
  'musical instruments',
  'marriage law',
  'Scottish castles',
  'marine insurance',
];
const MUSIC = ['jazz', 'Elgar', 'folk music', 'something quiet'];
const THINGS = ['milk', 'walnut bread', 'flour', 'dog food', 'green beans', 'sugar', 'tea bags'];

const RELATIONS = ['colleague', 'neighbour', 'friend', 'uncle', 'niece', 'pupil', 'lodger', 'godson'];
const NAMES = ['Agnes', 'Bertil', 'Corin', 'Demelza', 'Edgar', 'Fenella', 'Gethin', 'Hilda', 'Ivo', 'Jago', 'Kerensa', 'Lowena'];
const PROPERTIES = [
  'lives in {town} with two dogs',
  'drives a {car}, registration {plate}',
  'is allergic to {food}',
  'works as a {job} in {town}',
  'gets married on the {n}th of {month} in {town}',
  'takes tea with {n} lumps of sugar',
  'has a spare key under the {colour} bucket',
  'has decided to paint the study in {colour}',
  'had the boiler serviced in {month} by {firm}',
  'is called Doctor {name} at the surgery',
];
const DETAILS: Readonly<Record<string, readonly string[]>> = {
  town: ['Truro', 'Leeds', 'Oban', 'Cardiff', 'Hull', 'York', 'Derby'],
  car: ['Fiat', 'Rover', 'Mini', 'Lada', 'Tesla'],
  plate: ['AB12 CDE', 'LM56 ZZA', 'QT71 PLO'],
  food: ['peanuts', 'shellfish', 'strawberries', 'gluten', 'eggs'],
  job: ['plumber', 'librarian', 'pilot', 'nurse', 'baker'],
  month: ['January', 'April', 'July', 'November'],
  colour: ['red', 'ochre', 'navy', 'white'],
  firm: ['Hobbs', 'Wellbeck', 'Tregear'],
};

/** Always the same 500 turns. `gossip`: facts about other people in every third turn, hundreds of them, each of the kind that the first turn holds. */
export function longConversation({ turns = 500, gossip = false } = {}): SaidTurn[] {
  let state = 20_261_121;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % limit;
  };
  const pick = (from: readonly string[]): string => from[below(from.length)] ?? '';
  const fill = (template: string): string =>
    template
      .replaceAll('{room}', pick(ROOMS))
      .replaceAll('{topic2}', pick(TOPICS))
      .replaceAll('{topic}', pick(TOPICS))
      .replaceAll('{music}', pick(MUSIC))
      .replaceAll('{thing}', pick(THINGS))
      .replaceAll(/\{(town|car|plate|food|job|month|colour|firm)\}/gu, (_all, kind: string) => pick(DETAILS[kind] ?? []))
      .replaceAll('{relation}', pick(RELATIONS))
      .replaceAll('{name}', pick(NAMES))
      .replaceAll('{n}', String(5 + below(60)));
  const said: SaidTurn[] = [{ person: INTRODUCTION, jarvis: 'A pleasure, Mrs Ashdown. I shall keep it in mind.' }];
  let facts = 0;
  while (said.length < turns) {
    const kind = below(10);
    if (gossip && said.length % 3 === 0) {
      said.push({ person: fill(`My {relation} {name} ${pick(PROPERTIES)}.`), jarvis: 'I see.' });
      continue;
    }
    if (kind === 0 || (kind === 1 && facts < OTHER_FACTS.length)) {
      said.push({ person: OTHER_FACTS[facts % OTHER_FACTS.length] ?? '', jarvis: 'I will remember that.' });
      facts += 1;
    } else if (kind < 6) said.push({ person: fill(pick(COMMANDS)), jarvis: fill(pick(COMMAND_REPLIES)) });
    else said.push({ person: fill(pick(QUESTIONS)), jarvis: fill(pick(ANSWERS)) });
  }
  return said;
}
