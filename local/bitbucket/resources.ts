/** The JSON object that represents a resource in an API response or a webhook payload. */
export type Resource = Record<string, unknown>;

/** A link in the form that both products use. */
export function link(href: string): { href: string } {
  return { href };
}

/** Encodes each segment of a path but keeps the slashes, as Bitbucket's links to branches do. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** Whether a text is an absolute `http` or `https` URL. */
export function isHttpUrl(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

/** Escapes a text for HTML content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');
}
