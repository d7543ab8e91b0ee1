// Prints a page with the reviews of a JSON file: node page.mjs reviews.json
import { readFileSync } from 'node:fs';

const escaped = (text) => text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
const reviews = JSON.parse(readFileSync(process.argv[2], 'utf8') || '[]');
const list = reviews
  .map(({ author, words }) => `<li>${escaped(words)} <i>${escaped(author)}</i></li>`)
  .join('');

console.log(`<!doctype html><meta charset="utf-8"><title>The bakery</title><h1>Reviews</h1><ul>${list}</ul>`);
