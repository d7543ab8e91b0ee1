/** The path and the query of a request, as they were sent. */
export interface RequestTarget {
  path: string;
  /** Without the question mark; empty without a query. */
  query: string;
}

/** Decodings of a path between the browser and the table: API Gateway has two, the API's router has two more. */
const mostDecodings = 5;

/** A path of visible ASCII characters that URL parsers leave unchanged, with whole escapes. */
const pathCharacters = /^(?:\/(?:[\w.~!$&'()*+,;=:@-]|%[\da-f]{2})*)+$/i;
const queryCharacters = /^(?:[\w.~!$&'()*+,;=:@/?-]|%[\da-f]{2})*$/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it refuses.
const forbiddenCharacters = /[\u0000-\u001f\u007f\\?]/;

/** Splits the target of a request line; null for an absolute URL, `*`, and characters that no browser sends. */
export function readTarget(target: string): RequestTarget | null {
  const [path = '', query = ''] = target.split(/\?(.*)/s);
  return pathCharacters.test(path) && queryCharacters.test(query) ? { path, query } : null;
}

/**
 * Every form that a path has after repeated decoding, because servers on the way decode differently. Null for a path
 * that has a form with dot segments, empty segments, or characters that no id contains.
 */
export function formsOf(path: string): readonly string[] | null {
  const forms: string[] = [];
  for (let form = path; forms.length <= mostDecodings; form = decodeEscapes(form)) {
    if (form === forms.at(-1)) return forms;
    if (!isPlain(form)) return null;
    forms.push(form);
  }
  return null;
}

function isPlain(form: string): boolean {
  const [first, ...segments] = form.split('/');
  const isRelative = (segment: string) => segment === '' || segment === '.' || segment === '..';
  return first === '' && !segments.some(isRelative) && !forbiddenCharacters.test(form);
}

/** Decodes the valid escapes, and leaves a percent sign that starts none, as in the branch `50%-off`. */
function decodeEscapes(text: string): string {
  return text.replace(/(?:%[\da-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}
