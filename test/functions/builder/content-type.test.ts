import { describe, expect, it } from 'vitest';
import { contentType } from '../../../functions/builder/content-type.ts';

describe('the media type of a published file', () => {
  it.each([
    ['index.html', 'text/html;charset=utf-8'],
    ['docs/OLD.HTM', 'text/html;charset=utf-8'],
    ['assets/app.js', 'text/javascript;charset=utf-8'],
    ['assets/app.mjs', 'text/javascript;charset=utf-8'],
    ['assets/app.cjs', 'text/javascript;charset=utf-8'],
    ['assets/app.js.map', 'application/json'],
    ['style.min.css', 'text/css;charset=utf-8'],
    ['module.wasm', 'application/wasm'],
    ['app.webmanifest', 'application/manifest+json'],
    ['data.json', 'application/json'],
    ['openapi.yaml', 'application/yaml'],
    ['README.md', 'text/markdown;charset=utf-8'],
    ['robots.txt', 'text/plain;charset=utf-8'],
    ['logo.svg', 'image/svg+xml'],
    ['photo.avif', 'image/avif'],
    ['favicon.ico', 'image/x-icon'],
    ['font.woff2', 'font/woff2'],
    ['film.mp4', 'video/mp4'],
  ])('follows from its name: %s is %s', (name, type) => {
    expect(contentType(name)).toBe(type);
  });

  it.each(['LICENSE', '.nojekyll', 'html', 'thing.constructor', 'file.unheard-of'])(
    'says nothing of what it does not know: %s',
    (name) => {
      expect(contentType(name)).toBe('application/octet-stream');
    },
  );
});
