import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePacket, type Packet, packetText, readPackets } from '../../shared/git/packet-line.ts';
import { chunksOf, collect } from '../support/chunks.ts';

const read = (chunks: Uint8Array[]) => collect(readPackets(chunksOf(chunks)));

/** The encoded pkt-lines with these contents, written without the code under test. */
function onTheWire(packets: Packet[]): Buffer {
  const special = { flush: '0000', delimiter: '0001', 'response-end': '0002' };
  return Buffer.concat(
    packets.flatMap((packet) =>
      typeof packet === 'string'
        ? [Buffer.from(special[packet])]
        : [Buffer.from((packet.length + 4).toString(16).padStart(4, '0')), packet],
    ),
  );
}

function cut(bytes: Uint8Array, at: number[]): Uint8Array[] {
  const places = [0, ...at.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index], end));
}

const anyPacket = fc.oneof(
  { weight: 5, arbitrary: fc.uint8Array({ maxLength: 300 }) as fc.Arbitrary<Packet> },
  { weight: 1, arbitrary: fc.constantFrom<Packet>('flush', 'delimiter', 'response-end') },
);

describe('reading packets', () => {
  it('yields the same packets for any chunk boundaries', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyPacket), fc.array(fc.nat()), async (packets, places) => {
        const wire = onTheWire(packets);

        const result = await read(cut(wire, places));

        expect(onTheWire(result)).toEqual(wire);
        expect(result.length).toBe(packets.length);
      }),
    );
  });

  it('decodes every text that encodePacket encodes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme', maxLength: 100 })), async (texts) => {
        const wire = Buffer.from(texts.map((text) => encodePacket(`${text}\n`)).join(''));

        const result = await read([wire]);

        expect(result.map((packet) => packetText(packet as Uint8Array))).toEqual(texts);
      }),
    );
  });

  it('rejects a stream that ends within a packet', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 50 }), fc.nat(), async (payload, place) => {
        const wire = onTheWire([payload]);
        const inside = 1 + (place % (wire.length - 1));

        await expect(read([wire.subarray(0, inside)])).rejects.toMatchObject({ code: 'git_truncated' });
      }),
    );
  });

  it('copies no payload that lies within one chunk', async () => {
    const wire = onTheWire([Buffer.from('one'), Buffer.from('two')]);

    const packets = (await read([wire])) as Uint8Array[];

    expect(packets.map((packet) => packet.buffer)).toEqual([wire.buffer, wire.buffer]);
  });

  it('decodes the longest packet', async () => {
    const text = 'x'.repeat(65_516);

    expect((await read([Buffer.from(encodePacket(text))]))[0]).toHaveLength(65_516);
    expect(() => encodePacket(`${text}x`)).toThrow(RangeError);
  });

  it.each([
    ['the start of a page', '<!DOCTYPE html>'],
    ['the reserved length', '0003'],
    ['a sign', '-001'],
    ['a letter beyond f', '00g0'],
  ])('rejects %s', async (_, text) => {
    await expect(read([Buffer.from(text)])).rejects.toMatchObject({ code: 'git_unexpected_response' });
  });
});
