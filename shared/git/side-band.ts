import { splitLines } from '../runtime/split-lines.ts';
import { readBands } from './bands.ts';
import { GitError } from './git-error.ts';
import { type Packet, packetText } from './packet-line.ts';
import { type GitRemote, remoteName } from './remote.ts';

/** Lines of a server's progress that are kept. */
export const mostLines = 100;
/** Characters of such a line. */
export const longestLine = 500;
/** Without a further capability, v0 sends a single one. */
const mostAcknowledgements = 1000;

/**
 * The bytes of band 1, up to the flush packet that completes them. Band 2 goes to `progress`, line by line.
 * @throws GitError git_truncated without that flush packet; what band 3 and ERR packets say
 */
export async function* readSideBand(
  remote: GitRemote,
  chunks: AsyncIterable<Uint8Array>,
  progress: (line: string) => void,
): AsyncGenerator<Uint8Array, undefined> {
  const lines = progressLines(progress);
  let complete = false;
  let begun = false;
  let acknowledgements = 0;
  for await (const band of readBands(chunks)) {
    if (complete) throw unexpected(remote);
    if ('data' in band) {
      begun = true;
      yield band.data;
    } else if (band.packet === 'flush') {
      complete = true;
      lines.end();
    } else if (begun || !isAcknowledgement(band.packet)) {
      lines.push(progressIn(remote, band.packet));
    } else {
      acknowledgements += 1;
      if (acknowledgements > mostAcknowledgements) throw tooManyAcknowledgements(remote);
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

/** Hands on the first lines of the server's progress; one line per phase, in its last state. */
function progressLines(show: (line: string) => void): { push(bytes: Uint8Array): void; end(): void } {
  const decoder = new TextDecoder();
  let count = 0;
  const lines = splitLines((line) => {
    if (line === '' || count > mostLines) return;
    count += 1;
    show(count > mostLines ? 'Further messages of the server are left out.' : line);
  }, longestLine);
  return {
    push(bytes) {
      // A server that never stops costs no more than the look at its packets.
      if (count <= mostLines) lines.push(decoder.decode(bytes, { stream: true }));
    },
    end: lines.end,
  };
}

export function tooManyAcknowledgements(remote: GitRemote): GitError {
  return new GitError('git_protocol_violated', `${remoteName(remote)} goes on acknowledging without an end`);
}

function unexpected(remote: GitRemote): GitError {
  return new GitError(
    'git_unexpected_response',
    `${remoteName(remote)} sent something else amid the objects`,
  );
}
