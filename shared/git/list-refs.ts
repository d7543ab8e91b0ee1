import type { RefAdvertisement } from './advertisement.ts';
import { GitError } from './git-error.ts';
import { limitsOf } from './limits.ts';
import { isObjectId } from './object-id.ts';
import {
  delimiterPacket,
  encodePacket,
  flushPacket,
  type NamedLine,
  type Packet,
  packetLine,
} from './packet-line.ts';
import { type GitRemote, remoteName } from './remote.ts';
import { askUploadPack, postUploadPack } from './upload-pack.ts';

/** The refs of a repository. */
export interface RefListing {
  /** Full ref name → object id (40 hexadecimal digits). An annotated tag has the id of the tag object. */
  refs: Map<string, string>;
  /** The branch that HEAD refers to, e.g. `refs/heads/main`; null if HEAD is detached or that branch has no commit. */
  head: string | null;
  /** Full names that are not UTF-8, with U+FFFD for invalid bytes. No other ref is left out. */
  unreadable: Set<string>;
  /** True when the server redirects from the repository's URL, as after a rename. */
  isMoved?: boolean;
}

interface ListedRef {
  oid: string;
  name: string;
  /** False when invalid bytes were replaced in the name. */
  isExact: boolean;
  /** The target of a symbolic ref. */
  target?: string | undefined;
  /** The commit of an annotated tag. */
  peeled?: string | undefined;
}

/** Git's suffix for the commit of an annotated tag. */
const peeledSuffix = '^{}';

/**
 * Lists the repository's refs, all or those whose full names begin with one of the prefixes. A partial listing is an
 * error. Takes one request to a server with protocol v2. With the prefix `refs/tags/v1^{}` the listing contains the
 * commit of the annotated tag under that name.
 * @throws GitError
 */
export async function listRefs(
  remote: GitRemote,
  options: { prefixes?: string[] } = {},
): Promise<RefListing> {
  const prefixes = options.prefixes ?? [];
  let url = remote.url;
  const listing = await askUploadPack(remote, {
    v2(at) {
      url = at.url;
      return listWithCommand(at, prefixes);
    },
    v0(advertisement) {
      url = advertisement.remote.url;
      return listFromAdvertisement(advertisement, prefixes);
    },
  });
  return new URL(url).href === new URL(remote.url).href ? listing : { ...listing, isMoved: true };
}

/** Filters refs, because servers may send more than the request's prefixes and v0 has no prefixes. */
function isWanted(name: string, prefixes: string[]): boolean {
  if (name.endsWith(peeledSuffix)) return prefixes.includes(name);
  return prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix));
}

async function listWithCommand(remote: GitRemote, prefixes: string[]): Promise<RefListing> {
  const peels = prefixes.some((prefix) => prefix.endsWith(peeledSuffix));
  const named = prefixes.filter((prefix) => !prefix.endsWith(peeledSuffix));
  const wanted = prefixes.length === 0 ? [] : ['HEAD', ...named];
  const packets = await postUploadPack(
    remote,
    2,
    'listing',
    [
      encodePacket('command=ls-refs\n'),
      delimiterPacket,
      encodePacket('symrefs\n'),
      ...(peels ? [encodePacket('peel\n')] : []),
      ...wanted.map((prefix) => encodePacket(`ref-prefix ${prefix}\n`)),
      flushPacket,
    ].join(''),
  );
  const { listing, add } = createListing(remote, prefixes);
  await readLines(remote, packets, (line) => add(parseListedRef(remote, line)));
  return listing;
}

async function listFromAdvertisement(
  advertisement: RefAdvertisement,
  prefixes: string[],
): Promise<RefListing> {
  const { remote, capabilities, firstRef, packets } = advertisement;
  const symbolic = 'symref=HEAD:';
  const branch = capabilities.find((capability) => capability.startsWith(symbolic))?.slice(symbolic.length);
  const target = branch && firstRef && isExact(branch, firstRef) ? branch : undefined;
  const { listing, add } = createListing(remote, prefixes);
  const addLine = (line: NamedLine) => {
    if (!line.text.startsWith('shallow ')) add({ ...parseListedRef(remote, line), target });
  };
  if (firstRef === null) {
    await packets.return(undefined);
    return listing;
  }
  try {
    addLine(firstRef);
  } catch (error) {
    await packets.return(undefined);
    throw error;
  }
  await readLines(remote, packets, addLine);
  return listing;
}

/** Visits each line up to the flush packet. Without that packet the listing is incomplete. */
async function readLines(
  remote: GitRemote,
  packets: AsyncGenerator<Packet, undefined>,
  visit: (line: NamedLine) => void,
): Promise<void> {
  let lines = 0;
  let complete = false;
  for await (const packet of packets) {
    if (complete || typeof packet === 'string') {
      if (complete || packet !== 'flush') throw notAListing(remote);
      complete = true;
    } else {
      lines += 1;
      visit(packetLine(packet));
    }
  }
  if (complete) return;
  if (lines === 0) throw notAListing(remote);
  throw new GitError('git_truncated', `${remoteName(remote)} broke off after ${lines} refs`);
}

/** Parses `<oid> <name>`, in v2 followed by attributes. Names contain no spaces. */
function parseListedRef(remote: GitRemote, line: NamedLine): ListedRef {
  const { text } = line;
  if (text.startsWith('ERR '))
    throw new GitError('git_server_error', `${remoteName(remote)}: ${text.slice(4)}`);
  const [oid = '', name = '', ...attributes] = text.split(' ');
  if (!isObjectId(oid) || name === '') throw notAListing(remote);
  const symbolic = 'symref-target:';
  const branch = attributes.find((attribute) => attribute.startsWith(symbolic))?.slice(symbolic.length);
  const target = branch && isExact(branch, line) ? branch : undefined;
  const peeling = 'peeled:';
  const peeled = attributes.find((attribute) => attribute.startsWith(peeling))?.slice(peeling.length);
  return { oid, name, isExact: isExact(name, line), target, peeled };
}

/** True when the name has no replaced byte. A replaced byte yields the name of another ref, or of none. */
function isExact(name: string, line: NamedLine): boolean {
  return line.isExact || !name.includes('\ufffd');
}

/** Collects the wanted refs, without HEAD and without v0's placeholder for "no refs". Peeled tags get v0's names in both protocols. */
function createListing(remote: GitRemote, prefixes: string[]) {
  const listing: RefListing = { refs: new Map(), head: null, unreadable: new Set() };
  const most = limitsOf(remote).refs;
  const keep = (name: string, oid: string, exact: boolean) => {
    if (!isWanted(name, prefixes)) return;
    if (exact) listing.refs.set(name, oid);
    else listing.unreadable.add(name);
    if (listing.refs.size + listing.unreadable.size <= most) return;
    throw new GitError('git_too_many_refs', `${remoteName(remote)} has more than ${most} branches and tags`);
  };
  const add = ({ oid, name, isExact: exact, target, peeled }: ListedRef) => {
    if (name === 'HEAD') listing.head = target ?? null;
    else if (name.startsWith('refs/')) keep(name, oid, exact);
    if (peeled) keep(name + peeledSuffix, peeled, exact);
  };
  return { listing, add };
}

function notAListing(remote: GitRemote): GitError {
  return new GitError(
    'git_unexpected_response',
    `${remoteName(remote)} did not respond with a listing of its refs`,
  );
}
