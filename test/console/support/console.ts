import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, expect } from 'vitest';
import { serveApi } from '../../support/api-server.ts';
import { type ApiWorld, apiWorld } from '../../support/api-world.ts';
import { startBrowser } from './browser.ts';
import { builtPage } from './built-page.ts';
import { startGate } from './temporary-gate.ts';

const caller = 'arn:aws:sts::123456789012:assumed-role/Developer/ada';

let browser: ReturnType<typeof startBrowser> | undefined;

afterAll(async () => {
  await (await browser)?.close();
  browser = undefined;
});

/** Options of `openConsole`. */
export interface ConsoleOptions extends BrowserContextOptions {
  readonly world?: ApiWorld;
  /** The address of the first page, such as `/p/website`. */
  readonly at?: string;
  readonly readOnly?: boolean;
}

/**
 * Opens the console in a tab of its own, over the management API on stores in memory. The test fails when the page logs an
 * error, throws, or violates its Content-Security-Policy.
 */
export async function openConsole({
  world = apiWorld(),
  at = '/',
  readOnly = false,
  ...options
}: ConsoleOptions = {}) {
  const page = await builtPage();
  const api = await serveApi(world.handler, { decodes: true, caller });
  const gate = await startGate({ page, api: api.url, readOnly });
  browser ??= startBrowser();
  const context = await (await browser).newContext({ reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(20_000);
  const tab = await context.newPage();
  const problems = problemsOf(tab);
  await tab.goto(`${gate.url}/#t=${gate.token}&to=${at}`);
  return {
    page: tab,
    context,
    world,
    api,
    gate,
    problems,
    /** Opens another page of the console in the same tab. */
    open: (place: string) => tab.goto(`${gate.url}/#${place}`),
    async [Symbol.asyncDispose]() {
      await context.close();
      await gate[Symbol.asyncDispose]();
      await api[Symbol.asyncDispose]();
      expect.soft(problems).toEqual([]);
    },
  };
}

/** Collects errors of the page. A failed request is no error: the page shows it. */
function problemsOf(page: Page): string[] {
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('console', (message) => {
    const text = message.text();
    if (message.type() === 'error' && !text.startsWith('Failed to load resource')) problems.push(text);
  });
  return problems;
}
