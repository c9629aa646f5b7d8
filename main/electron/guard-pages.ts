import { app, type Session, shell } from 'electron';
import { isOwnPage } from './page-origin.ts';

/** Our own page may use the microphone and nothing else; nobody may navigate away or open windows. */
export function guardPages(session: Session, hostAddress: () => string | undefined): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    const soundOnly = 'mediaTypes' in details && details.mediaTypes?.every((type) => type === 'audio') === true;
    answer(permission === 'media' && soundOnly && isOwnPage(details.requestingUrl, hostAddress()));
  });
  session.setPermissionCheckHandler((_contents, permission, origin, details) => {
    return permission === 'media' && details.mediaType !== 'video' && isOwnPage(origin, hostAddress());
  });
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', (event) => {
      if (!isOwnPage(event.url, hostAddress())) event.preventDefault();
    });
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      // Home Assistant's own login page is often plain http in the house.
      if (/^https?:\/\//u.test(url)) void shell.openExternal(url);
      return { action: 'deny' };
    });
  });
}
