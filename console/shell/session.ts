const storageKey = 'bough.token';

/**
 * The token of the address `#t=<token>` that `bough console` opens, else the token that the tab already has. The address
 * loses the token; `&to=/p/website` in it becomes the page.
 * Null in a tab that was not opened by such an address.
 */
export function openSession(): string | null {
  const [, token, page] = /^#t=([\w-]+)(?:&to=(\/.*))?$/.exec(location.hash) ?? [];
  if (token === undefined) return sessionStorage.getItem(storageKey);
  sessionStorage.setItem(storageKey, token);
  history.replaceState(null, '', `${location.pathname}#${page ?? '/'}`);
  return token;
}
