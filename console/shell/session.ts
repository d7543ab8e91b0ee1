const storageKey = 'bough.token';
const channelName = 'bough.token';
const question = 'which token';
const tokenAddress = /^#t=([\w-]+)(?:&to=(\/.*))?$/;

/**
 * The token of the address `#t=<token>` that `bough console` opens, else the token that the tab already has. The address
 * loses the token; `&to=/p/website` in it becomes the page. Null in a tab that was not opened by such an address.
 */
export function openSession(): string | null {
  const [, token, page] = tokenAddress.exec(location.hash) ?? [];
  if (token === undefined) return sessionStorage.getItem(storageKey);
  sessionStorage.setItem(storageKey, token);
  history.replaceState(null, '', `${location.pathname}#${page ?? '/'}`);
  return token;
}

/**
 * Takes the token of an address that is entered in an open tab, as after a new start of `bough console`. Returns a function
 * that ends this.
 */
export function followAddress(onToken: (token: string | null) => void): () => void {
  const listener = () => {
    if (!tokenAddress.test(location.hash)) return;
    onToken(openSession());
    // The router has seen the address with the token.
    dispatchEvent(new HashChangeEvent('hashchange'));
  };
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

/** The tokens that the server has refused in this tab: those of earlier starts. */
const refused = new Set<string>();

/** Forgets a token that the server has refused, so that neither a reload nor another tab uses it again. */
export function forgetToken(token: string): void {
  refused.add(token);
  if (sessionStorage.getItem(storageKey) === token) sessionStorage.removeItem(storageKey);
}

/**
 * Gives the token to tabs without one, now and when they ask, until the returned function is called. Only pages of the same
 * server share the channel.
 */
export function answerOtherTabs(token: string): () => void {
  const channel = new BroadcastChannel(channelName);
  channel.addEventListener('message', ({ data }) => {
    if (data === question) channel.postMessage({ token });
  });
  channel.postMessage({ token });
  return () => channel.close();
}

/** Asks the other tabs of the console for a token that was not refused. Returns a function that ends the wait. */
export function askOtherTabs(onToken: (token: string) => void): () => void {
  const channel = new BroadcastChannel(channelName);
  channel.addEventListener('message', ({ data }) => {
    if (typeof data?.token !== 'string' || refused.has(data.token)) return;
    sessionStorage.setItem(storageKey, data.token);
    onToken(data.token);
  });
  channel.postMessage(question);
  return () => channel.close();
}
