import { createHash } from 'node:crypto';
import type { Exchange } from '../http/exchange.ts';
import { type Content, Html, html } from './html.ts';
import { STYLE } from './style.ts';

/** A link to a page above. */
export interface Crumb {
  readonly text: string;
  readonly path: string;
}

/** The content of one page. */
export interface Page {
  readonly title: string;
  /** The pages above, outermost first, below the front page. */
  readonly trail: readonly Crumb[];
  /** The level-one heading. @default the title */
  readonly heading?: Content;
  readonly body: Content;
  /** Whether the page loads itself again after a few seconds. */
  readonly refreshes?: boolean;
}

/** Seconds between two loads of a page that refreshes itself. */
export const REFRESH_SECONDS = 3;

const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" aria-hidden="true"><rect width="24" height="24" rx="6" fill="#0052cc"/><g fill="none" stroke="#fff" stroke-width="2"><circle cx="8" cy="6.5" r="2"/><circle cx="8" cy="17.5" r="2"/><circle cx="16" cy="9" r="2"/><path d="M8 8.5v7M16 11c0 3-8 1.5-8 4.5"/></g></svg>';
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/**
 * Nothing but the page's own style sheet and icon is loaded, and no script runs. A stricter referrer policy would remove
 * the Origin header from the page's own forms, which proves that they are its own.
 */
const HEADERS = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'same-origin',
};

function trailOf(trail: readonly Crumb[]): Content {
  if (trail.length === 0) return undefined;
  const items = trail.map(({ text, path }) => html`<li><a href="${path}">${text}</a></li>`);
  return html`<nav class="trail" aria-label="Path"><ol>${items}</ol></nav>`;
}

function refreshNotice(url: URL): Html {
  const query = new URLSearchParams(url.searchParams);
  query.set('refresh', 'off');
  return html`This page refreshes every ${REFRESH_SECONDS} seconds until its builds have ended. <a href="?${String(query)}">Stop refreshing</a>`;
}

function render(page: Page, url: URL): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${page.title} – Bitbucket playground</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(ICON)}">
<style>${new Html(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top"><div class="width"><a class="brand" href="/">${new Html(ICON)} Bitbucket playground</a>
<span class="note">a Bitbucket that runs on this machine</span></div></header>
<main class="width" id="main">
${trailOf(page.trail)}
<h1>${page.heading ?? page.title}</h1>
${page.body}
</main>
<footer class="width">${page.refreshes ? refreshNotice(url) : undefined}</footer>
</body>
</html>
`.markup;
}

/** Sends a page. A page in progress refreshes itself, unless its reader has switched that off. */
export function sendPage(
  { url, response }: Exchange,
  page: Page,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): void {
  const refreshes = page.refreshes === true && url.searchParams.get('refresh') !== 'off';
  const refresh = refreshes ? { Refresh: String(REFRESH_SECONDS) } : {};
  response.writeHead(status, { ...HEADERS, ...refresh, ...headers });
  response.end(render({ ...page, refreshes }, url));
}

/** Answers a form with a redirect to a page, so that reloading the page does not send the form again. */
export function redirect({ response }: Exchange, path: string, status: 302 | 303 = 303): void {
  response.writeHead(status, { Location: path, 'Cache-Control': 'no-store' }).end();
}
