import { GitError } from './git-error.ts';
import { type NamedLine, type Packet, packetLine, packetText } from './packet-line.ts';
import { type GitRemote, remoteName } from './remote.ts';

/** The first response of a v0 server: its refs, with its capabilities on the line of the first ref. */
export interface RefAdvertisement {
  version: 0;
  remote: GitRemote;
  capabilities: string[];
  /** `<oid> <name>`, or null in an empty repository: servers before git 2.43 send nothing then, not even capabilities. */
  firstRef: NamedLine | null;
  /** The other refs up to a flush packet; already at the end when `firstRef` is null. Read them all or call `return()`. */
  packets: AsyncGenerator<Packet, undefined>;
}

/** The server's protocol version, with the refs of a v0 server. */
export type Advertisement = { version: 2; remote: GitRemote } | RefAdvertisement;

/**
 * Reads the response to `GET info/refs`, for v0 up to the first ref.
 * @throws GitError git_unsupported for a repository whose object ids are not SHA-1
 */
export async function readAdvertisement(
  remote: GitRemote,
  packets: AsyncGenerator<Packet, undefined>,
): Promise<Advertisement> {
  try {
    return await readFrom(remote, packets);
  } catch (error) {
    await packets.return(undefined);
    throw error;
  }
}

async function readFrom(
  remote: GitRemote,
  packets: AsyncGenerator<Packet, undefined>,
): Promise<Advertisement> {
  const first = await firstLine(remote, packets);
  if (first?.text === 'version 2') {
    for await (const packet of packets) {
      if (packet instanceof Uint8Array) checkObjectFormat(remote, [packetText(packet)]);
    }
    return { version: 2, remote };
  }
  if (first === null) return { version: 0, remote, capabilities: [], firstRef: null, packets };
  const [text = '', capabilityList] = first.text.split('\0');
  if (capabilityList === undefined) throw notAnAdvertisement(remote);
  const capabilities = capabilityList.split(' ');
  checkObjectFormat(remote, capabilities);
  return { version: 0, remote, capabilities, firstRef: { ...first, text }, packets };
}

/** The first line after the service section, which v2 servers may omit; null without such a line. */
async function firstLine(
  remote: GitRemote,
  packets: AsyncGenerator<Packet, undefined>,
): Promise<NamedLine | null> {
  const first = await nextLine(remote, packets);
  if (first === null) throw notAnAdvertisement(remote);
  if (!first.text.startsWith('# service=')) return first;
  await nextLine(remote, packets);
  return nextLine(remote, packets);
}

/** Null for a flush packet. */
async function nextLine(
  remote: GitRemote,
  packets: AsyncGenerator<Packet, undefined>,
): Promise<NamedLine | null> {
  const packet = (await packets.next()).value;
  if (packet === 'flush') return null;
  if (packet === undefined || typeof packet === 'string') throw notAnAdvertisement(remote);
  const line = packetLine(packet);
  if (line.text.startsWith('ERR '))
    throw new GitError('git_server_error', `${remoteName(remote)}: ${line.text.slice(4)}`);
  return line;
}

function checkObjectFormat(remote: GitRemote, capabilities: string[]): void {
  const format = capabilities
    .find((capability) => capability.startsWith('object-format='))
    ?.slice('object-format='.length);
  if (format === undefined || format === 'sha1') return;
  throw new GitError(
    'git_unsupported',
    `${remoteName(remote)} has ${format} object ids; only sha1 is supported`,
  );
}

function notAnAdvertisement(remote: GitRemote): GitError {
  return new GitError('git_unexpected_response', `${remoteName(remote)} did not respond with its refs`);
}
