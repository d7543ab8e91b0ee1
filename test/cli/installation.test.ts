import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { connectApi } from '../../cli/api/client.ts';
import { compareVersions, findInstallation, skewOf, updateAdvice } from '../../cli/installation.ts';
import { runCli } from '../support/cli.ts';
import { startHttpServer } from '../support/http-server.ts';

describe('an installation', () => {
  it.each([
    ['a global one', '/usr/local/lib/node_modules/@Bough/cli/dist/cli/chunks', { prefix: '/usr/local' }],
    ['that of npx', '/home/ada/.npm/_npx/1a2b/node_modules/@Bough/cli/dist/cli', { prefix: null }],
    ['a checkout', '/home/ada/bough/dist/cli/chunks', null],
    ['a checkout below node_modules', '/srv/node_modules/bough/cli', null],
  ])('is found by the path of the program: %s', (_, path, installation) => {
    expect(findInstallation(path)).toEqual(installation);
  });

  it('is updated by the command, a checkout by git', () => {
    expect(updateAdvice('1.2.3', { prefix: null })).toContain('bough self:update');
    expect(updateAdvice('1.2.3', null)).toContain('check out v1.2.3');
  });
});

describe('two versions', () => {
  it.each([
    ['0.1.0', '0.2.0', -1],
    ['0.10.0', '0.9.9', 1],
    ['1.0.0', '0.99.99', 1],
    ['1.2.3', '1.2.3', 0],
    ['1.2.3', '1.2.3+build', 0],
  ])('%s and %s are compared by number', (one, other, sign) => {
    expect(Math.sign(compareVersions(one, other))).toBe(sign);
  });

  it.each([null, '', '1', 'latest', '1.2.x', `1.2.3-${'a'.repeat(50)}`, '1.2.3 \u001b[2J'])(
    'are not compared when the API sends %j',
    (header) => {
      expect(skewOf(header)).toBeNull();
    },
  );
});

describe('an API', () => {
  /** An API with this version, which responds to every request in the same way. */
  const anApi = async (version: string, status: number, body: object) => {
    const server = await startHttpServer(() => ({ status, body, headers: { 'x-bough-version': version } }));
    return Object.assign(server, { [Symbol.asyncDispose]: () => server.stop() });
  };
  const projects = (url: string) => runCli(['projects'], { env: { BOUGH_API_URL: url } });

  it('of a newer version is reported once on standard error, and the command works', async () => {
    await using api = await anApi('99.0.0', 200, []);
    const told: string[] = [];
    const client = connectApi({ env: { BOUGH_API_URL: api.url }, info: (line) => void told.push(line) });

    await client.get('/projects', z.array(z.unknown()));
    await client.get('/projects', z.array(z.unknown()));
    const { code, stderr } = await projects(api.url);

    expect(told).toEqual([
      expect.stringMatching(/^This bough \([\d.]+\) is older than the API \(99\.0\.0\)\. /),
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain('check out v99.0.0');
  });

  it('of the same version, or without one, is not reported', async () => {
    await using api = await anApi('', 200, []);

    expect((await projects(api.url)).stderr).not.toContain('This bough');
  });

  it('of an older version is reported where it lacks a route', async () => {
    await using api = await anApi('0.0.1', 404, { code: 404, message: 'There is no GET /projects.' });

    const { code, stderr } = await projects(api.url);

    expect(code).toBe(1);
    expect(stderr).toMatch(
      /There is no GET \/projects\..* This bough \([\d.]+\) is newer than the API \(0\.0\.1\)\./,
    );
  });

  it.each(['99.0.0', '0.0.1'])(
    'whose responses have another form is named by its version: %s',
    async (version) => {
      await using api = await anApi(version, 200, [{ name: 'of another form' }]);

      const { code, stderr } = await projects(api.url);

      expect(code).toBe(1);
      expect(stderr).toContain('The response cannot be read. This bough');
      expect(stderr).not.toContain("not from Bough's management API");
    },
  );
});
