import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fetchPack } from '../../shared/git/fetch-pack.ts';
import type { GitRemote } from '../../shared/git/remote.ts';
import { collect } from '../support/chunks.ts';
import { createRepository } from '../support/git-repository.ts';
import { type Fault, type GitServer, startGitServer } from '../support/git-server.ts';
import { loopback } from '../support/loopback.ts';
import { noise } from '../support/noise.ts';
import { band, mapPackets } from '../support/wire.ts';

describe.each(['v2', 'v0'] as const)('a damaged pack from a %s server', (protocol) => {
  const root = mkdtempSync(join(tmpdir(), 'damaged-pack-'));
  let server: GitServer;
  let remote: GitRemote;
  let wants: string[];
  let fault: (() => Fault) | undefined;

  beforeAll(async () => {
    server = await startGitServer({
      root,
      protocol,
      // The requests that come before the fetch itself stay whole.
      intercept: ({ body }) => (/done\n(0000)?$/.test(body) ? fault?.() : undefined),
    });
    remote = { url: server.url('source.git'), headers: {}, network: loopback };
    wants = [
      createRepository(root, 'source.git').commit({ branch: 'main', files: { noise: noise(300_000) } }),
    ];
  });
  afterEach(() => {
    fault = undefined;
  });
  afterAll(async () => {
    await server.stop();
    rmSync(root, { recursive: true });
  });

  const fetching = async (timeoutMs = 15_000) =>
    Buffer.concat(await collect(await fetchPack({ ...remote, timeoutMs }, { wants, haves: [] })));

  it('is accepted when it is undamaged', async () => {
    expect((await fetching()).length).toBeGreaterThan(100_000);
  });

  it.each([
    ['ends', false],
    ['is cut off', true],
  ])('is rejected when it %s early', async (_, cut) => {
    for (const after of [0, 5, 30, 100, 50_000, 100_000]) {
      fault = () => ({ kind: 'truncate', after, cut });
      await expect(fetching()).rejects.toMatchObject({
        code: after === 0 && !cut ? expect.stringMatching(/unexpected|truncated/) : 'git_truncated',
      });
    }
  });

  it('is rejected when only the final flush packet is missing', async () => {
    fault = () => ({ kind: 'rewrite', rewrite: (body) => body.subarray(0, -4) });

    await expect(fetching()).rejects.toMatchObject({ code: 'git_truncated', retry: true });
  });

  it('is rejected when a packet of objects is missing', async () => {
    fault = () => ({ kind: 'rewrite', rewrite: (body) => dropLast(body) });

    await expect(fetching()).rejects.toMatchObject({ code: 'git_pack_corrupted', retry: true });
  });

  it.each([20, 1000, 90_000])('is rejected with a flipped bit in byte %i', async (place) => {
    fault = () => ({ kind: 'rewrite', rewrite: (body) => mapPackets(body, flipBit(place)) });

    await expect(fetching()).rejects.toMatchObject({ code: 'git_pack_corrupted', retry: true });
  });

  it('times out when the server stops sending within the objects', async () => {
    fault = () => ({ kind: 'stall', after: 70_000 });

    await expect(fetching(200)).rejects.toMatchObject({ code: 'git_stalled', retry: true });
  });

  it('times out when the server never responds', async () => {
    fault = () => ({ kind: 'stall', after: 0 });

    await expect(fetching(200)).rejects.toMatchObject({ code: 'git_stalled', retry: true });
  });

  it('reports the error that the server sends within the objects', async () => {
    let data = 0;
    const fail = (payload: Buffer) => {
      data += payload[0] === 1 ? 1 : 0;
      return data === 2 ? [band(3, 'aborting due to possible repository corruption\n')] : [payload];
    };
    fault = () => ({ kind: 'rewrite', rewrite: (body) => mapPackets(body, fail) });

    await expect(fetching()).rejects.toMatchObject({
      code: 'git_server_error',
      message: expect.stringMatching(/: aborting due to possible repository corruption$/),
      retry: true,
    });
  });

  it('is rejected when it is a login page', async () => {
    fault = () => ({
      kind: 'answer',
      status: 200,
      headers: { 'content-type': 'text/html' },
      body: '<form>',
    });

    await expect(fetching()).rejects.toMatchObject({ code: 'git_unexpected_response', retry: false });
  });

  it('is rejected when the side band contains other data', async () => {
    const other = (payload: Buffer) => (payload[0] === 1 ? [band(1, 'MZ 12345678901234567890')] : [payload]);
    fault = () => ({ kind: 'rewrite', rewrite: (body) => mapPackets(body, other) });

    await expect(fetching()).rejects.toMatchObject({ code: 'git_unexpected_response' });
  });
});

function dropLast(answer: Buffer): Buffer {
  const isData = (payload: Buffer) => payload[0] === 1;
  let left = 0;
  mapPackets(answer, (payload) => {
    if (isData(payload)) left += 1;
    return [payload];
  });
  return mapPackets(answer, (payload) => {
    if (isData(payload)) left -= 1;
    return isData(payload) && left === 0 ? [] : [payload];
  });
}

/** Of the pack, that is, counting only the bytes of band 1. */
function flipBit(place: number): (payload: Buffer) => Buffer[] {
  let passed = 0;
  return (payload) => {
    if (payload[0] !== 1) return [payload];
    const at = place - passed + 1;
    passed += payload.length - 1;
    const flipped = Buffer.from(payload);
    if (at > 0 && at < payload.length) flipped[at] = flipped[at]! ^ 1;
    return [flipped];
  };
}
