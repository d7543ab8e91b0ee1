// Reads Terraform's language as far as the example uses it: blocks, attributes, references, templates, lists and objects.
import { fail } from './account.mjs';

const tokens = /#[^\n]*|\s*\n\s*|"(?:[^"\\]|\\.)*"|[A-Za-z_][\w-]*|\d+(?:\.\d+)?|[{}[\]()=.,]/g;

/** Reads a file into blocks: their type, labels, attributes (functions of a lookup by path) and nested blocks. */
export function readBlocks(text) {
  const all = (text.match(tokens) ?? []).filter((token) => !token.startsWith('#'));
  let at = 0;
  const isBreak = (token) => token?.trim() === '';
  const skip = () => {
    while (isBreak(all[at])) at += 1;
  };
  const take = (wanted) => {
    if (all[at] !== wanted) fail(`Error: Invalid expression: expected ${wanted} instead of ${all[at]}`);
    at += 1;
  };

  function body(end) {
    const attributes = {};
    const blocks = [];
    for (skip(); all[at] !== end; skip()) {
      if (at >= all.length) fail('Error: Unclosed configuration block');
      const name = all[at++];
      if (all[at] === '=') {
        at += 1;
        attributes[name] = expression();
      } else {
        const labels = [];
        while (all[at]?.startsWith('"')) labels.push(all[at++].slice(1, -1));
        take('{');
        blocks.push({ type: name, labels, ...body('}') });
        take('}');
      }
    }
    return { attributes, blocks };
  }

  function expression() {
    const token = all[at++];
    if (token.startsWith('"')) return template(token.slice(1, -1));
    if (/^\d/.test(token)) return () => Number(token);
    if (token === 'true' || token === 'false') return () => token === 'true';
    if (token === '[') return list(']', (items) => (lookUp) => items.map((item) => item(lookUp)));
    if (token === '{') return object();
    if (all[at] === '(') {
      at += 1;
      if (token !== 'jsonencode') fail(`The stand-in does not know the function ${token}.`);
      return list(
        ')',
        ([value]) =>
          (lookUp) =>
            JSON.stringify(value(lookUp)),
      );
    }
    const path = [token];
    while (all[at] === '.') {
      path.push(all[at + 1]);
      at += 2;
    }
    return (lookUp) => lookUp(path);
  }

  function list(end, build) {
    const items = [];
    for (skip(); all[at] !== end; skip()) {
      items.push(expression());
      skip();
      if (all[at] === ',') at += 1;
    }
    at += 1;
    return build(items);
  }

  function object() {
    const { attributes, blocks } = objectBody();
    if (blocks.length > 0) fail('Error: Invalid object');
    return (lookUp) =>
      Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, value(lookUp)]));
  }

  function objectBody() {
    const found = body('}');
    take('}');
    return found;
  }

  return body(undefined).blocks;
}

function template(text) {
  const parts = text.split(/\$\{([^}]+)\}/);
  return (lookUp) => parts.map((part, index) => (index % 2 ? lookUp(part.trim().split('.')) : part)).join('');
}
