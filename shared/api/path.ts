/**
 * An id as a part of a path of the management API. Slashes stay, as the API allows. Every character that a signature could
 * encode in two ways is encoded, and a percent sign twice, because API Gateway decodes paths twice.
 * Returns null for an id with a dot segment: URL parsers resolve them even when they are encoded, and no id has one.
 */
export function encodeId(id: string): string | null {
  const segments = id.split('/');
  if (segments.some((segment) => segment === '.' || segment === '..')) return null;
  return segments.map(encodeSegment).join('/');
}

function encodeSegment(text: string): string {
  return encodeURIComponent(text.toWellFormed())
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%25', '%2525');
}
