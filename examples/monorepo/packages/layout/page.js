import { mkdirSync, writeFileSync } from 'node:fs';

/** Writes a page with the layout that all applications share. */
export function writePage(file, title, text) {
  const page = `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <title>${title}</title>
  <nav><a href="../shop/">Shop</a> <a href="../handbook/">Handbook</a></nav>
  <h1>${title}</h1>
  <p>${text}</p>
</html>
`;
  mkdirSync('dist', { recursive: true });
  writeFileSync(`dist/${file}`, page);
}
