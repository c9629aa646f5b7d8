import { fail, type Skill } from './skill.ts';

/**
 * The emergency stop is heard before a sentence gets this far. What comes here came by a way that cannot stop anything, such as a part of a longer
 * sentence, and must not sound as if it had.
 */
export const emergencyStop: Skill = {
  intents: ['JarvisStopEverything', 'JarvisReleaseStop'],
  plan: (match) =>
    fail('tool-failed', `${match.intent === 'JarvisStopEverything' ? 'stop everything' : 'release the stop'} has to be said by itself`),
};
