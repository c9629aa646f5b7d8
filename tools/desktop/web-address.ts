/** Longer ones are no addresses that anybody said. */
const LONGEST = 2000;

export type WebAddress = { address: string } | { trouble: string };

/** A web address as it will be opened, whole, or why it will not. Hosts in other letters come out as `xn--…`, so that none looks like another. */
export function webAddress(text: string): WebAddress {
  const said = text.trim();
  if (said.length > LONGEST) return { trouble: 'That address is too long.' };
  if (/\p{C}|\s/u.test(said)) return { trouble: 'That address has characters that no address has.' };
  const withScheme = /^[a-z][a-z0-9+.-]*:/iu.test(said) && !/^[^/]*\.[a-z]+:\d+/iu.test(said) ? said : `https://${said}`;
  if (!URL.canParse(withScheme)) return { trouble: 'That is no web address.' };
  const url = new URL(withScheme);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return { trouble: 'I open web addresses only, those of http and https.' };
  if (url.username !== '' || url.password !== '') return { trouble: 'I do not open addresses with a name or a password in them.' };
  if (!url.hostname.includes('.') && url.hostname !== 'localhost' && !url.hostname.startsWith('['))
    return { trouble: 'That is no web address.' };
  return { address: url.href };
}
