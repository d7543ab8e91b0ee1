import { describe, expect, it } from 'vitest';
import { cacheControl, contentType } from '../../../functions/builder/content-type.ts';

describe('how a file is served', () => {
  it.each([
    ['index.html', 'text/html;charset=utf-8', 'no-cache'],
    ['docs/OLD.HTM', 'text/html;charset=utf-8', 'no-cache'],
    ['assets/app.js', 'text/javascript;charset=utf-8', 'public, max-age=60'],
    ['style.min.css', 'text/css;charset=utf-8', 'public, max-age=60'],
    ['logo.svg', 'image/svg+xml', 'public, max-age=60'],
    ['data.json', 'application/json', 'public, max-age=60'],
    ['LICENSE', 'application/octet-stream', 'public, max-age=60'],
    ['html', 'application/octet-stream', 'public, max-age=60'],
    ['thing.constructor', 'application/octet-stream', 'public, max-age=60'],
  ])('%s as %s, kept for %s', (name, type, cache) => {
    expect([contentType(name), cacheControl(name)]).toEqual([type, cache]);
  });
});
