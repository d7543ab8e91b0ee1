import { readBands } from './bands.ts';
import { GitError } from './git-error.ts';
import { type Packet, packetText } from './packet-line.ts';
import { type GitRemote, remoteName } from './remote.ts';

/**
 * The bytes of band 1, up to the flush packet that completes them. Band 2 goes to `progress`, line by line.
 * @throws GitError git_truncated without that flush packet; what band 3 and ERR packets say
 */
export async function* readSideBand(
  remote: GitRemote,
  chunks: AsyncIterable<Uint8Array>,
  progress: (line: string) => void,
): AsyncGenerator<Uint8Array, undefined> {
  const show = lineSplitter(progress);
  let complete = false;
  let begun = false;
  for await (const band of readBands(chunks)) {
    if (complete) throw unexpected(remote);
    if ('data' in band) {
      begun = true;
      yield band.data;
    } else if (band.packet === 'flush') {
      complete = true;
    } else if (begun || !isAcknowledgement(band.packet)) {
      show(progressIn(remote, band.packet));
    }
  }
  if (!complete) throw new GitError('git_truncated', `${remoteName(remote)} broke off while sending objects`);
}

/** In v0 such lines come before the bands; these start with a small number. */
function isAcknowledgement(packet: Packet): boolean {
  return typeof packet !== 'string' && /^(ACK|NAK)/.test(packetText(packet.subarray(0, 3)));
}

/** What band 2 says. Everything else is wrong here. */
function progressIn(remote: GitRemote, packet: Packet): Uint8Array {
  if (typeof packet !== 'string' && packet[0] === 2) return packet.subarray(1);
  throw serverError(remote, packet) ?? unexpected(remote);
}

/** What a packet says went wrong: band 3, or an ERR line where no side band has begun. */
export function serverError(remote: GitRemote, packet: Packet): GitError | undefined {
  if (typeof packet === 'string') return undefined;
  const text = packetText(packet);
  const message = text.startsWith('ERR ') ? text.slice(4) : packet[0] === 3 ? text.slice(1) : undefined;
  if (message === undefined) return undefined;
  // Git has no error codes; these words are the same since 2005, in every version and in JGit ("not valid").
  const code = /not our ref|want [0-9a-f]+ not valid/.test(message)
    ? 'git_object_not_found'
    : 'git_server_error';
  return new GitError(code, `${remoteName(remote)}: ${message.trim()}`);
}

/** Progress lines end in a line feed, or in a carriage return if the next one is to overwrite them. */
function lineSplitter(show: (line: string) => void): (bytes: Uint8Array) => void {
  const decoder = new TextDecoder();
  let rest = '';
  return (bytes) => {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split(/[\r\n]+/);
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') show(line);
  };
}

function unexpected(remote: GitRemote): GitError {
  return new GitError(
    'git_unexpected_response',
    `${remoteName(remote)} sent something else amid the objects`,
  );
}
