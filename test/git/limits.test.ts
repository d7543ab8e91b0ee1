import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { fetchPack } from '../../shared/git/fetch-pack.ts';
import type { GitLimits } from '../../shared/git/limits.ts';
import { listRefs } from '../../shared/git/list-refs.ts';
import { encodePacket } from '../../shared/git/packet-line.ts';
import { gitSource } from '../../shared/git/source.ts';
import { type EndlessAnswer, startEndlessServer } from '../support/endless-server.ts';
import { loopback } from '../support/loopback.ts';

const MiB = 2 ** 20;
const oid = 'a'.repeat(40);
const result = { 'content-type': 'application/x-git-upload-pack-result' };
const advertisement = { 'content-type': 'application/x-git-upload-pack-advertisement' };

function* forever(start: string[], part: string | Buffer | ((index: number) => string)) {
  yield* start;
  for (let index = 0; ; index++) yield typeof part === 'function' ? part(index) : part;
}

const refs = (prefix: string) => (index: number) =>
  Array.from({ length: 100 }, (_, one) => encodePacket(`${oid} ${prefix}${index}-${one}\n`)).join('');

const many = (text: string) => encodePacket(text).repeat(100);
const band = (number: number, bytes: number) =>
  encodePacket(String.fromCharCode(number) + 'x'.repeat(bytes - 1));
const packStart = [encodePacket('packfile\n'), encodePacket('\u0001PACK\0\0\0\u0002\0\0\0\u0001')];

/** A server that has never heard of v2 answers POST with an error at first. */
const onlyV0 = (answer: EndlessAnswer) => {
  let posts = 0;
  return (method: string): EndlessAnswer =>
    method === 'POST' && posts++ === 0 ? { status: 500, headers: {}, parts: [] } : answer;
};

const limits: Partial<GitLimits> = {
  refs: 5_000,
  listing: { bytes: MiB, seconds: 60 },
  pack: { bytes: 4 * MiB, seconds: 60 },
};

async function setting(answerTo: (method: string) => EndlessAnswer, given: Partial<GitLimits> = {}) {
  const server = await startEndlessServer(answerTo);
  onTestFinished(() => server.stop());
  const remote = { url: server.url, headers: {}, network: loopback, limits: { ...limits, ...given } };
  return { server, remote };
}

type Remote = Awaited<ReturnType<typeof setting>>['remote'];

const list = (remote: Remote) => listRefs(remote, { prefixes: ['refs/heads/'] });
const fetchAll = async (remote: Remote, haves: string[] = []) => {
  for await (const _chunk of await fetchPack(remote, { wants: [oid], haves }, { progress: () => undefined }));
};

describe('the response of a git server is aborted with its reason', () => {
  it.each<[string, (method: string) => EndlessAnswer, (remote: Remote) => Promise<unknown>, string, RegExp]>([
    [
      'when the listing of branches is endless',
      () => ({ headers: result, parts: forever([], refs('refs/heads/b')) }),
      list,
      'git_too_many_refs',
      /has more than 5000 branches and tags$/,
    ],
    [
      'when the listing of unrequested refs is endless',
      () => ({ headers: result, parts: forever([], refs('refs/notes/n')) }),
      list,
      'git_too_many_refs',
      /lists its refs in more than 1 MiB$/,
    ],
    [
      'when the refs of v0 are endless',
      onlyV0({
        headers: advertisement,
        parts: forever([encodePacket(`${oid} HEAD\0ofs-delta\n`)], refs('refs/pull-requests/')),
      }),
      list,
      'git_too_many_refs',
      /lists its refs in more than 1 MiB$/,
    ],
    [
      'when the capabilities are endless',
      onlyV0({
        headers: advertisement,
        parts: forever([encodePacket('version 2\n')], many('capability\n')),
      }),
      list,
      'git_too_many_refs',
      /more than 1 MiB$/,
    ],
    [
      'when the acknowledgements are endless',
      () => ({
        headers: result,
        parts: forever([encodePacket('acknowledgments\n')], many(`ACK ${oid}\n`)),
      }),
      (remote) =>
        fetchAll(
          remote,
          Array.from({ length: 100 }, (_, index) => index.toString(16).padStart(40, '0')),
        ),
      'git_protocol_violated',
      /goes on acknowledging/,
    ],
    [
      'when the NAKs of v0 are endless',
      (() => {
        let posts = 0;
        return (method: string): EndlessAnswer => {
          if (method === 'GET')
            return {
              headers: advertisement,
              parts: [encodePacket(`${oid} refs/heads/main\0side-band-64k\n`), '0000'],
            };
          posts += 1;
          if (posts === 1) return { status: 500, headers: {}, parts: [] };
          return { headers: result, parts: forever([], many('NAK\n')) };
        };
      })(),
      fetchAll,
      'git_protocol_violated',
      /goes on acknowledging/,
    ],
    [
      'when the progress is endless',
      () => ({ headers: result, parts: forever([encodePacket('packfile\n')], band(2, 60_000)) }),
      fetchAll,
      'git_pack_too_large',
      /sends more than 4 MiB of objects at once$/,
    ],
    [
      'when the objects are endless',
      () => ({ headers: result, parts: forever(packStart, band(1, 60_000)) }),
      fetchAll,
      'git_pack_too_large',
      /sends more than 4 MiB of objects at once$/,
    ],
    [
      'when a packet is longer than git allows',
      () => ({ headers: result, parts: forever([encodePacket('packfile\n'), 'ffff'], 'x'.repeat(60_000)) }),
      fetchAll,
      'git_unexpected_response',
      /does not consist of git packets$/,
    ],
    [
      'when the message for users is endless',
      () => ({
        status: 403,
        headers: { 'content-type': 'text/plain' },
        parts: forever([], 'no '.repeat(10_000)),
      }),
      list,
      'git_auth_failed',
      /refused the credentials \(HTTP 403\)$/,
    ],
    [
      'when the response is compressed',
      () => ({
        headers: { ...result, 'content-encoding': 'gzip' },
        parts: forever([], Buffer.alloc(60_000)),
      }),
      list,
      'git_protocol_violated',
      /compressed its response, which was not requested$/,
    ],
  ])('%s', async (_, answerTo, work, code, message) => {
    const { server, remote } = await setting(answerTo);

    await expect(work(remote)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });

    await vi.waitFor(() => expect(server.sent.open).toBe(0), { timeout: 10_000 });
    expect(server.sent.bytes).toBeLessThan(16 * MiB);
  });

  it.each<[string, EndlessAnswer['parts'], (remote: Remote) => Promise<unknown>]>([
    ['a listing', forever([], (index) => encodePacket(`${oid} refs/heads/${index}\n`)), list],
    ['its progress', forever([encodePacket('packfile\n')], encodePacket('\u0002.')), fetchAll],
    ['its objects', forever(packStart, encodePacket('\u0001x')), fetchAll],
  ])('when %s arrives byte by byte and takes too long', async (_, parts, work) => {
    const second = { bytes: MiB, seconds: 0.5 };
    const { server, remote } = await setting(() => ({ headers: result, parts, pauseMs: 20 }), {
      listing: second,
      pack: second,
    });

    await expect(work(remote)).rejects.toMatchObject({
      code: 'git_too_slow',
      message: expect.stringContaining('had sent only a part after 0.5 s'),
      retry: true,
    });

    await vi.waitFor(() => expect(server.sent.open).toBe(0), { timeout: 10_000 });
  });

  it.each<[string, EndlessAnswer, object]>([
    [
      'a response that is too large is a permanent error',
      { headers: result, parts: forever([], refs('refs/heads/b')) },
      {
        code: 'git_host_rejected',
        disposition: 'halt',
        remedy: 'Delete branches and tags that nobody needs, or split the repository.',
      },
    ],
    [
      'a response that is too slow is a temporary error',
      { headers: result, parts: forever([], encodePacket(`${oid} refs/heads/a\n`)), pauseMs: 20 },
      {
        code: 'git_host_unavailable',
        disposition: 'wait',
        remedy: expect.stringMatching(/^Wait: the work goes on by itself\./),
      },
    ],
  ])('and %s', async (_, answer, told) => {
    const { remote } = await setting(() => answer, { listing: { bytes: MiB, seconds: 1 } });

    await expect(gitSource(remote).listRefs(['refs/heads/'])).rejects.toMatchObject(told);
  });
});

describe('a long response of a git server', () => {
  it('is quoted with at most 1,000 characters', async () => {
    const { remote } = await setting(() => ({
      headers: result,
      parts: [encodePacket(`ERR ${'no '.repeat(20_000)}`), '0000'],
    }));

    const error: unknown = await list(remote).catch((reason: unknown) => reason);

    expect(error).toMatchObject({ code: 'git_unexpected_response' });
    expect(String(error).length).toBeLessThan(1_100);
  });

  it('is read to its end within the limits', async () => {
    const lines = Array.from({ length: 5_000 }, (_, index) => encodePacket(`${oid} refs/heads/${index}\n`));
    const { remote } = await setting(() => ({ headers: result, parts: [...lines, '0000'] }));

    expect((await list(remote)).refs.size).toBe(5_000);
  });
});
