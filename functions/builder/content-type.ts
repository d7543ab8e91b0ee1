import { extname } from 'node:path';

const text = ';charset=utf-8';

const types = new Map(
  Object.entries({
    html: `text/html${text}`,
    htm: `text/html${text}`,
    css: `text/css${text}`,
    js: `text/javascript${text}`,
    mjs: `text/javascript${text}`,
    txt: `text/plain${text}`,
    md: `text/markdown${text}`,
    csv: `text/csv${text}`,
    ics: `text/calendar${text}`,
    vtt: `text/vtt${text}`,
    xml: 'application/xml',
    xhtml: 'application/xhtml+xml',
    rss: 'application/rss+xml',
    atom: 'application/atom+xml',
    json: 'application/json',
    map: 'application/json',
    webmanifest: 'application/manifest+json',
    wasm: 'application/wasm',
    pdf: 'application/pdf',
    zip: 'application/zip',
    gz: 'application/gzip',
    svg: 'image/svg+xml',
    png: 'image/png',
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
    gif: 'image/gif',
    webp: 'image/webp',
    avif: 'image/avif',
    ico: 'image/x-icon',
    bmp: 'image/bmp',
    woff: 'font/woff',
    woff2: 'font/woff2',
    ttf: 'font/ttf',
    otf: 'font/otf',
    mp3: 'audio/mpeg',
    ogg: 'audio/ogg',
    wav: 'audio/wav',
    m4a: 'audio/mp4',
    mp4: 'video/mp4',
    webm: 'video/webm',
    mov: 'video/quicktime',
  }),
);

/** The media type of a file, by its name. */
export function contentType(path: string): string {
  return types.get(extname(path).slice(1).toLowerCase()) ?? 'application/octet-stream';
}

/** Pages are asked for anew every time, what they refer to may be a minute old. */
export function cacheControl(path: string): string {
  return contentType(path).startsWith('text/html') ? 'no-cache' : 'public, max-age=60';
}
