import { describe, expect, it } from 'vitest';
import { aConsole } from '../../support/console.ts';

const paths = ['/', '/assets/index-1a2b.js', '/session', '/api/projects'];

describe('a request with another Host', () => {
  it.each([
    ['of an attacker whose name resolves to this machine', 'attacker.example'],
    ['of an attacker with the port', 'attacker.example:PORT'],
    ['localhost, which can resolve to another server', 'localhost:PORT'],
    ['localhost in another spelling', 'LOCALHOST:PORT'],
    ['of IPv6', '[::1]:PORT'],
    ['of another address of loopback', '127.0.0.2:PORT'],
    ['of a short form of the address', '127.1:PORT'],
    ['of the address as a number', '2130706433:PORT'],
    ['of the name with a final dot', '127.0.0.1.:PORT'],
    ['without the port', '127.0.0.1'],
    ['of the port of the sites', '127.0.0.1:4001'],
    ['with a user', 'user@127.0.0.1:PORT'],
    ['with a second name', '127.0.0.1:PORT, attacker.example'],
    ['without a name', ''],
  ])('is refused: %s', async (_, name) => {
    await using console = await aConsole();
    const host = name.replace('PORT', String(console.port));

    for (const path of paths) {
      expect(await console.page(path, { headers: { host } })).toMatchObject({
        status: 421,
        error: 'misdirected',
      });
    }
    expect(console.api.requests).toEqual([]);
  });

  it('is refused when there are two of them, or none', async () => {
    await using console = await aConsole();
    const headers = `Sec-Fetch-Site: same-origin\r\nX-Bough-Token: ${console.token}\r\nConnection: close\r\n`;

    const two = `GET /api/projects HTTP/1.1\r\nHost: ${console.host}\r\nHost: attacker.example\r\n${headers}\r\n`;
    const none = `GET /api/projects HTTP/1.1\r\n${headers}\r\n`;
    const old = `GET /api/projects HTTP/1.0\r\n${headers}\r\n`;

    for (const bytes of [two, none, old]) expect(await console.raw(bytes)).toMatch(/^HTTP\/1\.1 4(21|00) /);
    expect(console.api.requests).toEqual([]);
  });
});

describe('the server', () => {
  it.each(['127.0.0.2', '::1', '0.0.0.0:external'])('does not listen on %s', async (address) => {
    await using console = await aConsole();
    const { networkInterfaces } = await import('node:os');
    const external = Object.values(networkInterfaces())
      .flat()
      .find((one) => one && !one.internal && one.family === 'IPv4')?.address;
    const target = address === '0.0.0.0:external' ? external : address;
    // A machine without a network has no other address.
    if (target === undefined) return;

    await expect(
      fetch(`http://${target.includes(':') ? `[${target}]` : target}:${console.port}/`),
    ).rejects.toThrow();
  });
});

describe('a request of another page', () => {
  it.each([
    ['a site of a pull request on this host, with another port', 'same-site'],
    ['a page of the internet', 'cross-site'],
    ['an address that the user typed, which has no token', 'none'],
    ['a program or an old browser, which sends no such header', undefined],
    ['a doubled header', 'same-origin, cross-site'],
    ['another spelling', 'Same-Origin'],
  ])('is refused: %s', async (_, site) => {
    await using console = await aConsole();
    const headers = { host: console.host, 'x-bough-token': console.token };
    const sent = site === undefined ? headers : { ...headers, 'sec-fetch-site': site };

    for (const path of paths.slice(1)) {
      expect(await console.bare(path, { headers: sent })).toMatchObject({
        status: 403,
        error: 'foreign_page',
      });
    }
    expect(console.api.requests).toEqual([]);
  });

  it.each(['same-site', 'cross-site'])('does not reach the document either: %s', async (site) => {
    await using console = await aConsole();

    const answer = await console.bare('/', { headers: { host: console.host, 'sec-fetch-site': site } });

    expect(answer).toMatchObject({ status: 403, error: 'foreign_page' });
  });

  it.each([
    ['a site of a pull request', 'http://127.0.0.1:4001'],
    ['a page of the internet', 'https://attacker.example'],
    ['a sandboxed frame or a file', 'null'],
    ['another scheme', 'https://127.0.0.1:PORT'],
    ['another name of this machine', 'http://localhost:PORT'],
    ['an empty header', ''],
  ])('is refused by its Origin: %s', async (_, name) => {
    await using console = await aConsole();
    const origin = name.replace('PORT', String(console.port));

    for (const path of paths) {
      const answer = await console.page(path, { headers: { origin } });
      expect(answer).toMatchObject({ status: 403, error: 'foreign_page' });
    }
    expect(await console.write('POST', '/api/projects', {}, { origin })).toMatchObject({ status: 403 });
    expect(console.api.requests).toEqual([]);
  });
});

describe('the own page', () => {
  it.each(['none', 'same-origin'])('is opened with Sec-Fetch-Site %s', async (site) => {
    await using console = await aConsole();

    const answer = await console.bare('/', { headers: { host: console.host, 'sec-fetch-site': site } });

    expect(answer).toMatchObject({ status: 200, text: expect.stringContaining('<title>Console') });
  });

  it('reads and writes', async () => {
    await using console = await aConsole();

    expect(await console.page('/api/projects')).toMatchObject({ status: 200, text: '{"ok":true}' });
    expect(await console.write('POST', '/api/projects', { title: 'A' })).toMatchObject({ status: 200 });
    expect(console.api.requests).toMatchObject([
      { method: 'GET', path: '/projects' },
      { method: 'POST', path: '/projects', body: '{"title":"A"}' },
    ]);
  });
});

describe('a preflight', () => {
  it.each([
    ['of a foreign page', 'https://attacker.example', 'cross-site', 403],
    ['of a site of a pull request', 'http://127.0.0.1:4001', 'same-site', 403],
    ['of the own page, which needs none', 'http://HOST', 'same-origin', 405],
  ])('is refused without a header that allows anything: %s', async (_, origin, site, status) => {
    await using console = await aConsole();

    const answer = await console.bare('/api/projects', {
      method: 'OPTIONS',
      headers: {
        host: console.host,
        'sec-fetch-site': site,
        origin: origin.replace('HOST', console.host),
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-bough-token, content-type',
        'access-control-request-private-network': 'true',
      },
    });

    expect(answer.status).toBe(status);
    expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  });

  it.each(['PUT', 'OPTIONS', 'TRACE', 'PROPFIND'])(
    'is not the only method that is refused: %s',
    async (method) => {
      await using console = await aConsole();

      for (const path of paths) expect((await console.page(path, { method })).status).toBe(405);
      expect(console.api.requests).toEqual([]);
    },
  );

  it('is not avoided by a tunnel or another protocol', async () => {
    await using console = await aConsole();
    const headers = `Host: ${console.host}\r\nSec-Fetch-Site: cross-site\r\n`;

    const tunnel = await console.raw(`CONNECT ${new URL(console.api.url).host} HTTP/1.1\r\n${headers}\r\n`);
    const socket = await console.raw(
      `GET /api/projects HTTP/1.1\r\n${headers}Connection: Upgrade, close\r\nUpgrade: websocket\r\n\r\n`,
    );

    expect(tunnel).toBe('');
    expect(socket).toMatch(/^HTTP\/1\.1 403 /);
    expect(console.api.requests).toEqual([]);
  });
});

describe('every response', () => {
  it.each([
    ['the page', '/', 'GET', 200],
    ['a script', '/assets/index-1a2b.js', 'GET', 200],
    ['the session', '/session', 'GET', 200],
    ['data', '/api/projects', 'GET', 200],
    ['an unknown address', '/unknown', 'GET', 404],
    ['a refused method', '/', 'OPTIONS', 405],
  ])('forbids frames, guesses, copies and referrers: %s', async (_, path, method, status) => {
    await using console = await aConsole();

    const answer = await console.page(path, { method });

    expect(answer.status).toBe(status);
    expect(answer.headers).toMatchObject({
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'x-frame-options': 'DENY',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(Object.keys(answer.headers).filter((name) => /^access-control-|^set-cookie/.test(name))).toEqual(
      [],
    );
  });

  it('has these headers also for a foreign page', async () => {
    await using console = await aConsole();

    const answer = await console.page('/', { headers: { host: 'attacker.example' } });

    expect(answer.headers).toMatchObject({ 'x-frame-options': 'DENY', 'cache-control': 'no-store' });
  });
});
