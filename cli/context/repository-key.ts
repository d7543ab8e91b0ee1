/**
 * A key that the URLs of one Bitbucket repository share, whatever their protocol: host, project and name. Null when the
 * text is no URL of a repository. The forms are those that Bitbucket Cloud and Server offer for cloning.
 */
export function repositoryKey(url: string): string | null {
  const { host, path } = partsOf(url.trim()) ?? {};
  if (!host || path === undefined) return null;
  const names = path
    .replace(/\/+$/, '')
    .replace(/\.git$/i, '')
    .split('/')
    .filter((name) => name !== '');
  // A server can have a context path before the two names, and `scm` for HTTP.
  const [project, name] = names.slice(-2);
  if (!project || !name) return null;
  return [aliases.get(host.toLowerCase()) ?? host, project, name].join('/').toLowerCase();
}

/** Bitbucket Cloud's host for SSH through port 443. */
const aliases = new Map([['altssh.bitbucket.org', 'bitbucket.org']]);

function partsOf(url: string): { host: string; path: string } | null {
  if (/^(https?|ssh|git):\/\//i.test(url)) {
    if (!URL.canParse(url)) return null;
    const { hostname, pathname } = new URL(url);
    // Each protocol has its own port, so ports are not compared.
    return { host: hostname, path: decoded(pathname) };
  }
  const [, host, path] = /^(?:[^@/\s]+@)?([^:/\s]+):(?!\/\/)(.+)$/.exec(url) ?? [];
  return host && path ? { host, path } : null;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
