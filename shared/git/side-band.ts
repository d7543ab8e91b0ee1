import { splitLines } from '../runtime/split-lines.ts';
import { GitError } from './git-error.ts';
import { type Packet, packetText } from './packet-line.ts';
import { type GitRemote, remoteName } from './remote.ts';
import { readBands } from './side-band-decoder.ts';

/** Lines of a server's progress that are kept. */
export const mostLines = 100;
/** Characters of such a line. */
export const longestLine = 500;
/** A v0 server sends one acknowledgement, unless further capabilities are requested. */
const mostAcknowledgements = 1000;

/**
 * Yields the bytes of band 1 up to the flush packet. Band 2 goes to `progress`, line by line.
 * @throws GitError git_truncated without that flush packet; the server's error from band 3 or an ERR packet
 */
export async function* readSideBand(
  remote: GitRemote,
  chunks: AsyncIterable<Uint8Array>,
  progress: (line: string) => void,
): AsyncGenerator<Uint8Array, undefined> {
  const lines = progressLines(progress);
  let complete = false;
  let hasData = false;
  let acknowledgements = 0;
  for await (const band of readBands(chunks)) {
    if (complete) throw unexpected(remote);
    if ('data' in band) {
      hasData = true;
      yield band.data;
    } else if (band.packet === 'flush') {
      complete = true;
      lines.end();
    } else if (hasData || !isAcknowledgement(band.packet)) {
      lines.push(progressIn(remote, band.packet));
    } else {
      acknowledgements += 1;
      if (acknowledgements > mostAcknowledgements) throw tooManyAcknowledgements(remote);
    }
  }
  if (!complete) throw new GitError('git_truncated', `${remoteName(remote)} broke off while sending objects`);
}

/** True for an acknowledgement, which a v0 server sends before the bands. Packets of bands begin with a small number. */
function isAcknowledgement(packet: Packet): boolean {
  return typeof packet !== 'string' && /^(ACK|NAK)/.test(packetText(packet.subarray(0, 3)));
}

/**
 * The progress text of a packet of band 2.
 * @throws GitError for any other packet
 */
function progressIn(remote: GitRemote, packet: Packet): Uint8Array {
  if (typeof packet !== 'string' && packet[0] === 2) return packet.subarray(1);
  throw serverError(remote, packet) ?? unexpected(remote);
}

/** The server's error in a packet of band 3 or in an ERR line; undefined for any other packet. */
export function serverError(remote: GitRemote, packet: Packet): GitError | undefined {
  if (typeof packet === 'string') return undefined;
  const text = packetText(packet);
  const message = text.startsWith('ERR ') ? text.slice(4) : packet[0] === 3 ? text.slice(1) : undefined;
  if (message === undefined) return undefined;
  // Git has no error codes. These words have not changed since 2005, and JGit uses "not valid".
  const code = /not our ref|want [0-9a-f]+ not valid/.test(message)
    ? 'git_object_not_found'
    : 'git_server_error';
  return new GitError(code, `${remoteName(remote)}: ${message.trim()}`);
}

/** Passes on the first lines of the server's progress: one line per phase, in its last state. */
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
      // Further progress is not decoded, so an endless stream costs little.
      if (count <= mostLines) lines.push(decoder.decode(bytes, { stream: true }));
    },
    end: lines.end,
  };
}

/** The error of a server that never stops acknowledging. */
export function tooManyAcknowledgements(remote: GitRemote): GitError {
  return new GitError('git_protocol_violated', `${remoteName(remote)} goes on acknowledging without an end`);
}

function unexpected(remote: GitRemote): GitError {
  return new GitError(
    'git_unexpected_response',
    `${remoteName(remote)} sent something else amid the objects`,
  );
}
