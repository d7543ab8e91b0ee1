import type { RefAdvertisement } from './advertisement.ts';
import { GitError } from './git-error.ts';
import { isObjectId } from './object-id.ts';
import { emptyPack, verifyPack } from './pack.ts';
import {
  delimiterPacket,
  encodePacket,
  flushPacket,
  type Packet,
  type PacketStream,
  packetText,
} from './packet-line.ts';
import { type GitRemote, remoteName } from './remote.ts';
import { readSideBand, serverError, tooManyAcknowledgements } from './side-band.ts';
import { askUploadPack, postUploadPack } from './upload-pack.ts';

/** The objects of a fetch. */
export interface PackRequest {
  /** Ids of objects to fetch, with everything reachable from them. */
  wants: string[];
  /**
   * Commits that exist locally with everything reachable from them, the likeliest bases first. The server may not know
   * any of them.
   */
  haves: string[];
}

/** The bytes of a pack, and the haves that were sent to the server: the only possible bases of a thin pack. */
export interface FetchedPack extends AsyncIterable<Uint8Array> {
  haves: string[];
}

interface FetchResponse {
  packets: PacketStream;
  haves: string[];
}

/** The first offer has this many haves plus one per want, because thousands of haves slow a server down tenfold. */
const firstHaves = 32;

/**
 * Fetches a pack of the objects that are reachable from the wants and not from the haves. The pack may be thin: it may
 * contain deltas against objects of the haves. The promise resolves when the pack begins and rejects with an immediate
 * error of the server. The bytes are verified as they pass (see verifyPack) and arrive at the reader's pace. The
 * connection stays open until the iteration ends.
 * @throws GitError from the promise and from the iteration
 */
export async function fetchPack(
  remote: GitRemote,
  request: PackRequest,
  hooks: { progress?: (line: string) => void } = {},
): Promise<FetchedPack> {
  for (const oid of [...request.wants, ...request.haves]) checkOid(oid);
  if (request.wants.length === 0) return started(single(emptyPack()), []);
  const quiet = hooks.progress === undefined;
  const { packets, haves } = await askUploadPack(remote, {
    v2: (at) => fetchWithCommand(at, request, quiet),
    v0: (advertisement) => fetchWithoutCommand(advertisement, request, quiet),
  });
  return started(
    verifyPack(readSideBand(remote, packets.rest(), hooks.progress ?? (() => undefined))),
    haves,
  );
}

function checkOid(oid: string): void {
  if (isObjectId(oid)) return;
  throw new GitError('git_unsupported', `"${oid}" is not the SHA-1 id of an object`);
}

/** Offers the likeliest haves first, and all of them when those do not suffice for the server. */
async function fetchWithCommand(
  remote: GitRemote,
  request: PackRequest,
  quiet: boolean,
): Promise<FetchResponse> {
  const { wants, haves } = request;
  const likeliest = haves.slice(0, wants.length + firstHaves);
  if (likeliest.length < haves.length) {
    const offer = await postFetch(remote, { wants, haves: likeliest }, quiet, []);
    if (await isReady(remote, offer, likeliest.length)) return { packets: offer, haves: likeliest };
  }
  // "done" skips the negotiation, so the response begins with the pack.
  const packets = await postFetch(remote, request, quiet, [encodePacket('done\n')]);
  await expectSection(remote, packets, 'packfile');
  return { packets, haves };
}

async function postFetch(
  remote: GitRemote,
  { wants, haves }: PackRequest,
  quiet: boolean,
  end: string[],
): Promise<PacketStream> {
  return postUploadPack(
    remote,
    2,
    'pack',
    [
      encodePacket('command=fetch'),
      delimiterPacket,
      encodePacket('thin-pack\n'),
      encodePacket('ofs-delta\n'),
      ...(quiet ? [encodePacket('no-progress\n')] : []),
      ...wants.map((oid) => encodePacket(`want ${oid}\n`)),
      ...haves.map((oid) => encodePacket(`have ${oid}\n`)),
      ...end,
      flushPacket,
    ].join(''),
  );
}

/** Reads the response to an offer: true when a pack follows, false when the response ends without one. */
async function isReady(remote: GitRemote, packets: PacketStream, offered: number): Promise<boolean> {
  await expectSection(remote, packets, 'acknowledgments');
  let lines = 0;
  for (let next = await packets.next(); next.done !== true; next = await packets.next()) {
    if (next.value !== 'delimiter') {
      lines += 1;
      // One line per have, "ready", and a reserve for unknown lines.
      if (lines <= offered + 100) continue;
      await packets.return(undefined);
      throw tooManyAcknowledgements(remote);
    }
    await expectSection(remote, packets, 'packfile');
    return true;
  }
  return false;
}

async function expectSection(remote: GitRemote, packets: PacketStream, name: string): Promise<void> {
  const packet = (await packets.next()).value;
  if (packet instanceof Uint8Array && packetText(packet) === name) return;
  await packets.return(undefined);
  throw (
    (packet && serverError(remote, packet)) ??
    new GitError('git_unexpected_response', `${remoteName(remote)} ${unfit(packet)}`)
  );
}

function unfit(packet: Packet | undefined): string {
  if (packet === undefined) return 'answered with nothing';
  return `answered a fetch with "${typeof packet === 'string' ? packet : packetText(packet.subarray(0, 40))}"`;
}

async function fetchWithoutCommand(
  advertisement: RefAdvertisement,
  request: PackRequest,
  quiet: boolean,
): Promise<FetchResponse> {
  const { remote, capabilities, firstRef, packets: refs } = advertisement;
  await refs.return(undefined);
  if (firstRef === null) throw new GitError('git_object_not_found', `${remoteName(remote)} is empty`);
  if (!capabilities.includes('side-band-64k')) {
    throw new GitError('git_unsupported', `${remoteName(remote)} does not know side-band-64k`);
  }
  const asked = ['side-band-64k', 'thin-pack', 'ofs-delta', ...(quiet ? ['no-progress'] : [])];
  const used = asked.filter((capability) => capabilities.includes(capability)).join(' ');
  const [first, ...others] = request.wants;
  const packets = await postUploadPack(
    remote,
    0,
    'pack',
    [
      encodePacket(`want ${first} ${used}\n`),
      ...others.map((oid) => encodePacket(`want ${oid}\n`)),
      flushPacket,
      ...request.haves.map((oid) => encodePacket(`have ${oid}\n`)),
      encodePacket('done\n'),
    ].join(''),
  );
  return { packets, haves: request.haves };
}

/** Starts the iteration, so that ending the iteration early always closes its source. */
async function started(chunks: AsyncGenerator<Uint8Array, undefined>, haves: string[]): Promise<FetchedPack> {
  let first: IteratorResult<Uint8Array, undefined> | undefined = await chunks.next();
  const iterator: AsyncIterator<Uint8Array, undefined> = {
    async next() {
      const result = first ?? (await chunks.next());
      first = undefined;
      return result;
    },
    return: () => chunks.return(undefined),
  };
  return { haves, [Symbol.asyncIterator]: () => iterator };
}

async function* single(chunk: Uint8Array): AsyncGenerator<Uint8Array, undefined> {
  yield chunk;
}
