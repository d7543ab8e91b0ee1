import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { emptyPack, verifyPack } from '../../shared/git/pack.ts';
import { chunksOf, collect } from '../support/chunks.ts';

const anyPack = fc.uint8Array({ maxLength: 200 }).map((objects) => {
  const pack = Buffer.concat([Buffer.from('PACK\0\0\0\x02\0\0\0\x01', 'latin1'), objects]);
  return Buffer.concat([pack, createHash('sha1').update(pack).digest()]);
});

function inChunksOf(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

const verify = (chunks: Uint8Array[]) => collect(verifyPack(chunksOf(chunks)));

describe('verifying a pack', () => {
  it('passes a valid pack through unchanged, in chunks of any size', async () => {
    await fc.assert(
      fc.asyncProperty(anyPack, fc.integer({ min: 1, max: 250 }), async (pack, size) => {
        expect(Buffer.concat(await verify(inChunksOf(pack, size)))).toEqual(pack);
      }),
    );
  });

  it('detects any changed byte', async () => {
    await fc.assert(
      fc.asyncProperty(
        anyPack,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        fc.integer({ min: 1, max: 250 }),
        async (pack, place, change, size) => {
          const changed = Buffer.from(pack);
          const at = place % changed.length;
          changed[at] = changed[at]! ^ change;

          await expect(verify(inChunksOf(changed, size))).rejects.toMatchObject({
            code: expect.stringMatching(/^git_(pack_corrupted|unexpected_response)$/),
          });
        },
      ),
    );
  });

  it('detects truncation at any byte', async () => {
    await fc.assert(
      fc.asyncProperty(anyPack, fc.nat(), async (pack, place) => {
        await expect(verify([pack.subarray(0, place % pack.length)])).rejects.toMatchObject({
          code: expect.stringMatching(/^git_(pack_corrupted|truncated)$/),
        });
      }),
    );
  });

  it('accepts the empty pack', async () => {
    expect(await verify([emptyPack()])).toEqual([emptyPack()]);
  });

  it('rejects data that is no pack before passing any of it through', async () => {
    const passed: Uint8Array[] = [];
    const reading = async () => {
      for await (const chunk of verifyPack(chunksOf([Buffer.from('<html>Sign in')]))) passed.push(chunk);
    };

    await expect(reading()).rejects.toMatchObject({ code: 'git_unexpected_response' });
    expect(passed).toEqual([]);
  });
});
