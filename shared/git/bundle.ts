import { GitError } from './git-error.ts';
import { isObjectId } from './object-id.ts';

/** The header of a git bundle (gitformat-bundle, version 2), which precedes the pack. */
export interface BundleHeader {
  /** Full ref name → object id. The objects are in the pack or reachable from the prerequisites. */
  refs: Map<string, string>;
  /** Commits that the importing repository must have. Git rejects tags here. */
  prerequisites: string[];
}

const signature = '# v2 git bundle';

/**
 * Encodes a bundle header.
 * @throws GitError git_bundle_invalid for values that git could not read back
 */
export function encodeBundleHeader(header: BundleHeader): Uint8Array {
  const lines = [
    signature,
    ...header.prerequisites.map((oid) => `-${checked(oid, isObjectId)} `),
    ...Array.from(header.refs, ([name, oid]) => `${checked(oid, isObjectId)} ${checked(name, isRefName)}`),
  ];
  return Buffer.from(`${lines.join('\n')}\n\n`);
}

/**
 * Reads the header from the first bytes of a bundle.
 * @returns the header and its length in bytes: the pack follows directly
 * @throws GitError git_bundle_invalid, also if the bytes end before the header does
 */
export function decodeBundleHeader(bytes: Uint8Array): { header: BundleHeader; length: number } {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const end = buffer.indexOf('\n\n');
  const [first, ...lines] = buffer.toString('utf8', 0, Math.max(end, 0)).split('\n');
  if (first !== signature)
    throw new GitError('git_bundle_invalid', 'the bytes do not start with a v2 bundle header');
  const header: BundleHeader = { refs: new Map(), prerequisites: [] };
  for (const line of lines) addLine(header, line);
  return { header, length: end + 2 };
}

/** A whole bundle as a stream: the header, then the pack at the reader's pace. */
export async function* bundleStream(
  header: BundleHeader,
  pack: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, undefined> {
  const chunks = pack[Symbol.asyncIterator]();
  try {
    yield encodeBundleHeader(header);
    for (let next = await chunks.next(); next.done !== true; next = await chunks.next()) yield next.value;
  } finally {
    // Closes the pack's connection, also when the reader stops at the header.
    await chunks.return?.();
  }
}

function addLine(header: BundleHeader, line: string): void {
  const [oid = '', name = ''] = line.replace(/^-/, '').split(' ', 2);
  checked(oid, isObjectId);
  // A prerequisite may carry a comment, such as the commit's subject.
  if (line.startsWith('-')) header.prerequisites.push(oid);
  else header.refs.set(checked(name, isRefName), oid);
}

function checked(text: string, isValid: (text: string) => boolean): string {
  if (isValid(text)) return text;
  throw new GitError('git_bundle_invalid', `${JSON.stringify(text)} cannot stand in a bundle header`);
}

/** True for a text without ASCII spaces and control characters. Git's further rules do not matter here. */
function isRefName(text: string): boolean {
  return /^[!-~\u0080-\u{10ffff}]+$/u.test(text);
}
