import dns from 'node:dns';

/**
 * Resolves names below `localhost` in this process to this machine, as browsers do. SDK clients of some services put the
 * account before the host of their endpoint.
 */
export function resolveLocalhostNames(): void {
  const { lookup } = dns;
  const resolve = (name: string, ...rest: unknown[]): unknown =>
    Reflect.apply(lookup, dns, [name.endsWith('.localhost') ? '127.0.0.1' : name, ...rest]);
  Object.assign(dns, { lookup: resolve });
}
