import { type Document, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import * as z from 'zod/mini';
import { cut } from '../../shared/domain/values/text.ts';

/** The longest key in a message, in characters. */
const longestKey = 100;

/** The value of a document, or its first problem: `line 3: site.heders is not a known key. Known: headers`. */
export type ParsedYaml<T> = { value: T; problem?: never } | { value?: never; problem: string };

/**
 * Parses a YAML document by a schema. An empty document is an empty mapping. References to anchors are refused: a short
 * text could otherwise become a huge value.
 */
export function parseYaml<T>(text: string, schema: z.core.$ZodType<T>): ParsedYaml<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const lineOf = (offset: number) => `line ${lines.linePos(offset).line}`;
  const [syntax] = document.errors;
  if (syntax) return { problem: `${lineOf(syntax.pos[0])}: ${cut(syntax.message, 300)}` };
  const content = readContent(document);
  if (content === null) return { problem: 'cannot be used: references to anchors are not supported' };
  const parsed = z.safeParse(schema, content.value ?? {});
  if (parsed.success) return { value: parsed.data };
  const { issues } = parsed.error;
  // A misspelt key is also a missing one: the misspelling is the cause.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  if (issue === undefined) return { problem: 'cannot be used' };
  if (issue.code !== 'unrecognized_keys') {
    const place = lineOf(offsetOf(document, issue.path));
    return { problem: `${place}: ${nameOf(issue.path)} ${messageOf(issue)}` };
  }
  const path = [...issue.path, ...issue.keys.slice(0, 1)];
  return {
    problem: `${lineOf(offsetOf(document, path))}: ${nameOf(path)} is not a known key. ${issue.message}`,
  };
}

function readContent(document: Document.Parsed): { value: unknown } | null {
  try {
    return { value: document.toJS({ maxAliasCount: 0 }) };
  } catch (error) {
    if (error instanceof ReferenceError) return null;
    throw error;
  }
}

/** The message of an issue. zod nests the issue of an invalid key. */
function messageOf(issue: z.core.$ZodIssue): string {
  return (issue.code === 'invalid_key' ? issue.issues[0]?.message : undefined) ?? issue.message;
}

/** A path as users write it: `site.headers[0].set.Cache-Control`. */
function nameOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the file';
  const name = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${cut(String(key), longestKey)}`));
  return name.join('').replace(/^\./, '');
}

/** The offset of the key at the end of a path, or of its nearest parent that exists. */
function offsetOf(document: Document.Parsed, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
      if (!pair) break;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(key)];
      offset = startOf(node) ?? offset;
    } else break;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}
