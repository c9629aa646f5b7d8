import { ref } from 'vue';

/** Somebody wants to read what was just said: the conversation that was added to last is opened, as soon as it is known. */
export const openNewest = ref(false);
