import { type Answered, ask } from '../../../support/ask.ts';
import type { Website } from './bitbucket.ts';

/** Headers of a browser that follows a link from another port of this machine, such as a site of a pull request. */
export const LINK = {
  'sec-fetch-site': 'same-site',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
};

/** Reads a page as a browser whose user has typed the address. */
export function look(site: Website, path: string, headers: Record<string, string> = {}): Promise<Answered> {
  return ask(site.playground.url, path, headers);
}

/** Sends a form as the playground's own page does; headers that are undefined are left out. */
export async function submit(
  site: Website,
  path: string,
  fields: Record<string, string>,
  headers: Record<string, string | undefined> = {},
): Promise<{ status: number; location: string | null; text: string }> {
  const all = {
    origin: site.playground.url,
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/x-www-form-urlencoded',
    ...headers,
  };
  const sent = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const response = await fetch(site.playground.url + path, {
    method: 'POST',
    redirect: 'manual',
    headers: Object.fromEntries(sent),
    body: String(new URLSearchParams(fields)),
  });
  return {
    status: response.status,
    location: response.headers.get('location'),
    text: await response.text(),
  };
}
