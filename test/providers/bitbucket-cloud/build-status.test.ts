import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failure } from '../../support/bitbucket-cloud.ts';
import { bitbucket, connect, refusal, status } from '../../support/cloud-connection.ts';

describe('a build status', () => {
  it('says all that Bitbucket shows', async () => {
    await connect().reportStatus(status());
    expect(bitbucket.apiRequests()[0]?.path).toBe(
      '/2.0/repositories/acme/website/commit/ddd8ec9efca6b3be50172e10f8375310a1920f4a/statuses/build',
    );
    expect(bitbucket.statuses).toEqual([
      {
        key: expect.stringMatching(/^bough-[0-9a-f]{32}$/),
        state: 'SUCCESSFUL',
        name: 'Bough: pr-7',
        url: 'https://pr-7.example.org/',
        description: 'pr-7 is ready',
        refname: 'feature/login',
      },
    ]);
  });

  it.each([
    ['in_progress', 'INPROGRESS'],
    ['successful', 'SUCCESSFUL'],
    ['failed', 'FAILED'],
    ['stopped', 'STOPPED'],
  ] as const)('%s is %s', async (state, word) => {
    await connect().reportStatus(status({ state }));
    expect(bitbucket.statuses).toMatchObject([{ state: word }]);
  });

  it('has one key for an environment, which no other environment or project has', async () => {
    const host = connect();
    await host.reportStatus(status({ state: 'in_progress' }));
    await host.reportStatus(status({ state: 'failed', branch: 'other', url: 'https://x.example.org' }));
    await host.reportStatus(status({ environment: 'pr-8' }));
    await connect({ project: 'p2' }).reportStatus(status());
    const [first, again, ...others] = bitbucket.statuses.map((sent) => (sent as { key: string }).key);
    expect(again).toBe(first);
    expect(new Set([first, ...others]).size).toBe(3);
  });

  it('keeps to the lengths that Bitbucket takes, and stays text when it is cut', async () => {
    const host = connect();
    const longText = fc.string({ unit: 'binary', minLength: 0, maxLength: 600 });
    await fc.assert(
      fc.asyncProperty(longText, longText, async (environment, description) => {
        bitbucket.statuses = [];
        await host.reportStatus(status({ environment, description }));
        const [sent] = bitbucket.statuses as { key: string; name: string; description: string }[];
        expect(sent?.key.length).toBeLessThanOrEqual(40);
        expect(sent?.name.length).toBeLessThanOrEqual(255);
        expect(sent?.description.length).toBeLessThanOrEqual(255);
        expect(`Bough: ${environment}`.startsWith(sent?.name ?? 'no name')).toBe(true);
        for (const text of [sent?.name, sent?.description])
          expect(text).toBe(Buffer.from(text ?? '').toString());
      }),
      {
        numRuns: 20,
        examples: [
          ['🌱'.repeat(200), '🌱'.repeat(200)],
          ['x🌱'.repeat(200), `${'🌱'.repeat(127)}x🌱`],
        ],
      },
    );
  });

  it('for a commit that Bitbucket has not seen yet may be sent again', async () => {
    bitbucket.fault = ({ path }) => (path.endsWith('/build') ? failure(404, 'Commit not found') : undefined);
    const error = await refusal(connect().reportStatus(status()));
    expect(error).toMatchObject({ disposition: 'retry' });
    expect(error.message).toContain('ddd8ec9');
  });

  it('that Bitbucket finds wrong is not sent again', async () => {
    bitbucket.fault = ({ path }) =>
      path.endsWith('/build') ? failure(400, 'url: Enter a valid URL.') : undefined;
    expect(await refusal(connect().reportStatus(status()))).toMatchObject({
      code: 'git_host_rejected',
      disposition: 'halt',
      message: expect.stringContaining('url: Enter a valid URL.'),
    });
  });
});
