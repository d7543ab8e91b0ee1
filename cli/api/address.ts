import { CliError } from '../errors.ts';

export interface Address {
  /** Without a trailing slash. */
  url: string;
  /** The local stack listens on loopback only and asks for no credentials. */
  isLoopback: boolean;
  /** What to do when nothing answers there. */
  remedy: string;
}

/** Where the management API is: `BOUGH_API_URL`, else the local stack. */
export function findAddress(env: Readonly<Record<string, string | undefined>>): Address {
  const given = env['BOUGH_API_URL'];
  const url = given || `http://127.0.0.1:${env['BOUGH_PORT'] || '4000'}`;
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) {
    throw new CliError(`${given ? 'BOUGH_API_URL' : 'BOUGH_PORT'} does not make a URL: ${url}`);
  }
  return {
    url: url.replace(/\/+$/, ''),
    isLoopback: isLoopback(parsed),
    remedy: given
      ? 'Check BOUGH_API_URL.'
      : 'Set BOUGH_API_URL to the address of your deployment, or start the local stack: npm start',
  };
}

export function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
