/** Bytes that neither zlib nor deltas compress, the same in every run. */
export function noise(size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let state = 1;
  for (let at = 0; at < size; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes.writeUInt32BE(Math.imul(state ^ (state >>> 15), 2_246_822_519) >>> 0, at);
  }
  return bytes;
}
