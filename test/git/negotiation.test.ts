import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fetchPack, type PackRequest } from '../../shared/git/fetch-pack.ts';
import { collect } from '../support/chunks.ts';
import { createRepository, type GitRepository } from '../support/git-repository.ts';
import { type Fault, type GitServer, startGitServer } from '../support/git-server.ts';
import { loopback } from '../support/loopback.ts';

const root = mkdtempSync(join(tmpdir(), 'negotiation-'));
afterAll(() => rmSync(root, { recursive: true }));

const branches = 200;

/** Branches that are two commits ahead of where they fork off: a server takes a have for its parents, too. */
function aRepository(name: string): { source: GitRepository; heads: string[] } {
  const source = createRepository(root, name);
  const base = source.commit({ branch: 'main', files: { a: 'a' } });
  const commit = (branch: number, from: string, content: string) =>
    `commit refs/heads/b${branch}\ncommitter A <a@example.org> ${1_700_000_100 + branch} +0000\ndata 1\nx\n` +
    `${from}M 100644 inline f${branch}\ndata 1\n${content}\n`;
  const script = Array.from(
    { length: branches },
    (_, index) => commit(index, `from ${base}\n`, '1') + commit(index, '', '2'),
  );
  source.fastImport(script.join(''));
  const refs = source.refs();
  const heads = Array.from({ length: branches }, (_, index) => refs.get(`refs/heads/b${index}`) ?? '');
  return { source, heads };
}

describe.each(['v2', 'v0'] as const)('negotiating many haves with a %s server', (protocol) => {
  let server: GitServer;
  let source: GitRepository;
  let heads: string[];
  let fault: Fault | undefined;

  beforeAll(async () => {
    server = await startGitServer({ root, protocol, intercept: () => fault });
    ({ source, heads } = aRepository(`${protocol}.git`));
  });
  afterEach(() => {
    server.requests.length = 0;
    fault = undefined;
  });
  afterAll(() => server.stop());

  const fetching = async (request: PackRequest) => {
    const pack = await fetchPack(
      { url: server.url(`${protocol}.git`), headers: {}, network: loopback },
      request,
    );
    return { haves: pack.haves, pack: Buffer.concat(await collect(pack)) };
  };
  /** How many haves each of the requests had. */
  const told = () => server.requests.map(({ body }) => body.split('have ').length - 1);

  it('sends the likeliest haves in one request when they suffice', async () => {
    const [likeliest = '', ...others] = heads.toReversed();
    const wants = [source.commit({ branch: `b${branches - 1}`, files: { b: 'b' } })];

    const { haves, pack } = await fetching({ wants, haves: [likeliest, ...others] });

    expect(haves).toEqual(protocol === 'v2' ? [likeliest, ...others].slice(0, 33) : [likeliest, ...others]);
    expect(told()).toEqual(protocol === 'v2' ? [33] : [33, 0, 200]);
    expect(pack.readUInt32BE(8)).toBe(3);
  });

  it('sends all haves when the likeliest do not suffice, and receives an equally small pack', async () => {
    const wants = [source.commit({ branch: 'new', from: heads[150] ?? '', files: { c: 'c' } })];

    const { haves, pack } = await fetching({ wants, haves: heads });

    expect(haves).toEqual(heads);
    expect(told()).toEqual(protocol === 'v2' ? [33, 200] : [33, 0, 200]);
    expect(pack.readUInt32BE(8)).toBe(3);
  });

  it('sends one more have for each want', async () => {
    const wants = [0, 1, 2].map((index) =>
      source.commit({ branch: `b${index}`, files: { d: `new ${index}` } }),
    );

    const { haves, pack } = await fetching({ wants, haves: heads });

    expect(haves).toHaveLength(protocol === 'v2' ? 35 : 200);
    expect(pack.readUInt32BE(8)).toBe(9);
  });

  it('sends few haves all at once', async () => {
    const wants = [source.commit({ branch: 'b10', files: { e: 'e' } })];

    const { haves } = await fetching({ wants, haves: heads.slice(0, 33) });

    expect(haves).toEqual(heads.slice(0, 33));
    expect(told()).toEqual(protocol === 'v2' ? [33] : [33, 0, 33]);
  });

  it('reports a missing want', async () => {
    await expect(fetching({ wants: ['1'.repeat(40)], haves: heads })).rejects.toMatchObject({
      code: 'git_object_not_found',
    });
  });

  it.each<[string, Fault, string]>([
    ['ends within its response', { kind: 'truncate', after: 100 }, 'git_truncated'],
    [
      'responds with other content',
      { kind: 'answer', status: 200, body: 'hello' },
      'git_unexpected_response',
    ],
    ['closes the connection', { kind: 'hang-up' }, 'git_unreachable'],
  ])('reports that the server %s', async (_, kind, code) => {
    const wants = [source.commit({ branch: 'b20', files: { f: 'f' } })];
    fault = kind;

    await expect(fetching({ wants, haves: heads })).rejects.toMatchObject({ code });
  });
});
