import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Browser } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { aConsole } from '../support/console.ts';
import { theBrowser } from './support/browser.ts';

let browser: Browser;

beforeAll(async () => {
  browser = await theBrowser();
});

/** A site of a pull request: another port of the console's host, until it is disposed. */
async function aSite(html = '') {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html>${html}`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A tab of a user who has the console open in another tab, on a site of a pull request. */
async function aTabOnASite(html?: string) {
  const console = await aConsole();
  const site = await aSite(html);
  const context = await browser.newContext();
  const own = await context.newPage();
  await own.goto(console.url);
  const tab = await context.newPage();
  await tab.goto(site.url);
  return {
    console,
    tab,
    base: `http://${console.host}`,
    async [Symbol.asyncDispose]() {
      await context.close();
      await site[Symbol.asyncDispose]();
      await console[Symbol.asyncDispose]();
    },
  };
}

/** Requests of a page that has even learnt the token. */
const requests: [string, RequestInit][] = [
  ['a simple request', { mode: 'no-cors' }],
  ['a request with credentials', { mode: 'no-cors', credentials: 'include' }],
  ['a form', { mode: 'no-cors', method: 'POST', body: new URLSearchParams({ title: 'A' }) }],
  ['text that looks like JSON', { mode: 'no-cors', method: 'POST', body: '{"title":"A"}' }],
  [
    'a request with a preflight',
    { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' },
  ],
  ['a deletion', { method: 'DELETE' }],
];

describe('a site of a pull request, which runs on the host of the console', () => {
  it.each(requests)('does not reach the API by %s', async (_, init) => {
    await using hostile = await aTabOnASite();
    const { body, ...options } = init;
    const sent = { ...options, ...(body ? { body: String(body) } : {}) };
    const isForm = body instanceof URLSearchParams;

    const outcome = await hostile.tab.evaluate(
      async ({ url, token, init, isForm }) => {
        const headers = new Headers(init.headers);
        if (init.mode !== 'no-cors') headers.set('x-bough-token', token);
        const content = isForm && init.body ? { body: new URLSearchParams(String(init.body)) } : {};
        return fetch(url, { ...init, headers, ...content }).then(
          (response) => response.type,
          () => 'failed',
        );
      },
      { url: `${hostile.base}/api/projects`, token: hostile.console.token, init: sent, isForm },
    );

    expect(['failed', 'opaque']).toContain(outcome);
    expect(hostile.console.api.requests).toEqual([]);
  });

  it('does not reach the API by a submitted form', async () => {
    await using hostile = await aTabOnASite();

    const [response] = await Promise.all([
      hostile.tab.waitForResponse(/\/api\/projects/),
      hostile.tab.evaluate((action) => {
        const form = Object.assign(document.createElement('form'), {
          method: 'post',
          action,
          enctype: 'text/plain',
        });
        document.body.append(form);
        form.submit();
      }, `${hostile.base}/api/projects`),
    ]);

    expect(response.status()).toBe(403);
    expect(hostile.console.api.requests).toEqual([]);
  });

  it('cannot put the console into a frame', async () => {
    await using hostile = await aTabOnASite();

    const [response] = await Promise.all([
      hostile.tab.waitForResponse(`${hostile.base}/`),
      hostile.tab.evaluate((src) => {
        document.body.append(Object.assign(document.createElement('iframe'), { src }));
      }, `${hostile.base}/`),
    ]);

    expect(response.status()).toBe(403);
    expect(response.headers()['x-frame-options']).toBe('DENY');
  });

  it('cannot load the scripts of the console as its own', async () => {
    await using hostile = await aTabOnASite();

    const isLoaded = await hostile.tab.evaluate(
      (src) =>
        new Promise((resolve) => {
          const script = Object.assign(document.createElement('script'), { type: 'module', src });
          script.onload = () => resolve(true);
          script.onerror = () => resolve(false);
          document.body.append(script);
        }),
      `${hostile.base}/assets/index-1a2b.js`,
    );

    expect(isLoaded).toBe(false);
  });

  it('cannot open the console, or a page of it, in a window of its own', async () => {
    await using hostile = await aTabOnASite();

    const [popup] = await Promise.all([
      hostile.tab.waitForEvent('popup'),
      hostile.tab.evaluate((url) => void window.open(url), `${hostile.base}/#/p/abc`),
    ]);
    await popup.waitForLoadState();

    expect(await popup.locator('body').innerText()).toContain('foreign_page');
  });

  it('receives no cookie of the console', async () => {
    await using hostile = await aTabOnASite();

    expect(await hostile.tab.evaluate(() => document.cookie)).toBe('');
    expect(await hostile.tab.context().cookies()).toEqual([]);
  });
});

describe('the user', () => {
  it('opens the console by its address, and its requests reach the API', async () => {
    await using console = await aConsole();
    const tab = await browser.newPage();
    await tab.goto(console.url);

    const status = await tab.evaluate(async (token) => {
      const response = await fetch('/api/projects', { headers: { 'x-bough-token': token } });
      return response.status;
    }, console.token);
    await tab.close();

    expect(status).toBe(200);
    expect(console.api.requests).toMatchObject([{ method: 'GET', path: '/projects' }]);
  });
});
