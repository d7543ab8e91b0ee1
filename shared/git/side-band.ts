import { GitError } from './git-error.ts';
import { type Packet, packetText } from './packet-line.ts';
import { type GitRemote, remoteName } from './remote.ts';

/**
 * The bytes of band 1, up to the flush packet that completes them. Band 2 goes to `progress`, line by line.
 * @throws GitError git_truncated without that flush packet; what band 3 and ERR packets say
 */
export async function* readSideBand(
  remote: GitRemote,
  packets: AsyncIterable<Packet>,
  progress: (line: string) => void,
): AsyncGenerator<Uint8Array, undefined> {
  const show = lineSplitter(progress);
  let complete = false;
  for await (const packet of packets) {
    if (packet === 'flush' && !complete) complete = true;
    else if (complete || typeof packet === 'string') throw unexpected(remote);
    else if (packet[0] === 2) show(packet.subarray(1));
    else if (packet[0] !== 1) throw serverError(remote, packet) ?? unexpected(remote);
    // The server keeps the connection alive with empty packets.
    else if (packet.length > 1) yield packet.subarray(1);
  }
  if (!complete) throw new GitError('git_truncated', `${remoteName(remote)} broke off while sending objects`);
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
