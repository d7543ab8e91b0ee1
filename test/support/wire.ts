/** Rewrites the data packets of a git response. Special packets, like flush, are unchanged. */
export function mapPackets(answer: Buffer, map: (payload: Buffer) => Buffer[]): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < answer.length; ) {
    const length = Number.parseInt(answer.toString('latin1', at, at + 4), 16);
    if (length < 4) pieces.push(answer.subarray(at, at + 4));
    else pieces.push(...map(answer.subarray(at + 4, at + length)).map(packet));
    at += Math.max(length, 4);
  }
  return Buffer.concat(pieces);
}

/** The payload of a side-band packet: 1 is the pack, 2 is progress, 3 is an error. */
export function band(number: 1 | 2 | 3, text: string): Buffer {
  return Buffer.from(String.fromCharCode(number) + text);
}

function packet(payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from((payload.length + 4).toString(16).padStart(4, '0')), payload]);
}
