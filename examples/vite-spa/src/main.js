import { linesAt } from './pages.js';

// The path of the environment's site, which the build knows.
const base = import.meta.env.BASE_URL.replace(/\/$/, '');

function show() {
  const lines = linesAt(location.pathname.slice(base.length) || '/');
  document.querySelector('main').replaceChildren(...lines.map(elementOf));
}

function elementOf({ text, link }) {
  const line = document.createElement('p');
  if (link === undefined) line.textContent = text;
  else line.append(Object.assign(document.createElement('a'), { href: base + link, textContent: text }));
  return line;
}

for (const link of document.querySelectorAll('a[data-link]')) link.href = base + link.getAttribute('href');

document.addEventListener('click', (event) => {
  const link = event.target.closest('a');
  if (link?.origin !== location.origin || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, '', link.href);
  show();
});
addEventListener('popstate', show);
show();
