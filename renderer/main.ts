import './without-eval.ts';

import { createApp } from 'vue';
import PageFrame from './components/page-frame.vue';
import { createPageId } from './page-id.ts';
import { provideSession, startSession } from './session.ts';
import { applyTheme, storedTheme } from './theme.ts';
import './page.css';

applyTheme(document.documentElement, storedTheme(localStorage));
// `#overlay` is the small window of the desktop shell: the orb and what is being said, nothing else.
const overlay = location.hash === '#overlay';
document.documentElement.classList.toggle('overlay', overlay);

const app = createApp(PageFrame, { overlay });
provideSession(
  app,
  startSession(window, createPageId(crypto), () => Date.now()),
);
app.mount('#page');
