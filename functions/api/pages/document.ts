import { createHash } from 'node:crypto';
import type { ApiResponse } from '../framework/http.ts';
import { type Markup, markup } from '../framework/markup.ts';
import { style } from './style.ts';

/** The content of an HTML page. */
export interface Page {
  title: string;
  body: Markup;
  /** Seconds until the browser reads the page again; null for never. */
  refresh?: number | null;
}

/** Only the page's own style sheet is allowed: no script, image, form or frame, whatever a name contains. */
const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** An HTML page for readers without an account. Its URL is a key, so neither caches, other sites nor search engines get it. */
export function pageResponse(statusCode: number, { title, body, refresh = null }: Page): ApiResponse {
  return {
    statusCode,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'cross-origin-opener-policy': 'same-origin',
      ...(refresh === null ? {} : { refresh: String(refresh) }),
    },
    body: documentOf(title, body),
  };
}

/** The response to every link that opens nothing. */
export function noSuchPage(): ApiResponse {
  return pageResponse(404, {
    title: 'No such page',
    body: markup`<main>
<header><h1>There is no such page</h1></header>
<div class="card">
<p>The link may be incomplete or replaced by a newer one, or what it showed is gone.</p>
<p class="soft">Ask for a new link, or look at the pull request again.</p>
</div>
</main>`,
  });
}

function documentOf(title: string, body: Markup): string {
  const { html } = markup`<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<title>${title}</title>`;
  return `<!doctype html>
<html lang="en">
<head>
${html}
<style>${style}</style>
</head>
<body>
${body.html}
</body>
</html>
`;
}
