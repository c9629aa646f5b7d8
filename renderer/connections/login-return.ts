/** What a browser brings back from a login at Home Assistant. */
export type LoginReturn = { type: 'connected'; to: string } | { type: 'failed'; reason: string };

/** Where a login is to come back to: this page, marked as the place that was left for it. */
export function returnAddress(page: string, to: string): string {
  const address = new URL(page);
  address.search = '';
  address.hash = '';
  address.searchParams.set('connected', to.slice(0, 200));
  return address.href;
}

/** Reads the mark off the page's address. It may have been written by anybody: it is shown as text, and what is connected is asked of the host. */
export function loginReturn(search: string): LoginReturn | undefined {
  const query = new URLSearchParams(search);
  const failed = query.get('login-error');
  if (failed !== null) return { type: 'failed', reason: failed.slice(0, 300) || 'Home Assistant did not say why.' };
  const to = query.get('connected');
  return to === null ? undefined : { type: 'connected', to: to.slice(0, 200) };
}
