import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { serveApi } from '../../support/api-server.ts';
import { type ApiWorld, apiWorld } from '../../support/api-world.ts';
import { theBrowser } from './browser.ts';
import { builtPage } from './built-page.ts';
import { startGate } from './gate.ts';

const caller = 'arn:aws:sts::123456789012:assumed-role/Developer/ada';

/** Options of `openConsole`. */
export interface ConsoleOptions extends BrowserContextOptions {
  readonly world?: ApiWorld;
  /** The address of the first page, such as `/p/website`. */
  readonly at?: string;
  readonly readOnly?: boolean;
}

/** Opens the console over the management API on stores in memory. See `openConsoleOf`. */
export async function openConsole({ world = apiWorld(), ...options }: ConsoleOptions = {}) {
  const api = await serveApi(world.handler, { decodes: true, caller });
  const console = await openConsoleOf(api.url, options);
  return {
    ...console,
    world,
    api,
    async [Symbol.asyncDispose]() {
      await console[Symbol.asyncDispose]();
      await api[Symbol.asyncDispose]();
    },
  };
}

/**
 * Opens the console of an API in a browser window of its own. The test fails when the page logs an error, throws, or violates
 * its Content-Security-Policy.
 */
export async function openConsoleOf(
  api: string,
  { at = '/', readOnly = false, ...options }: Omit<ConsoleOptions, 'world'> = {},
) {
  const gate = await startGate({
    directory: await builtPage(),
    api,
    readOnly,
    report: (message) => expect.soft(message).toBeUndefined(),
  });
  const browser = await theBrowser();
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  const problems = problemsOf(page);
  await page.goto(`${gate.url}&to=${at}`);
  const close = async () => {
    await context.close();
    await gate.stop();
  };
  return {
    page,
    context,
    close,
    /** `address` has the token. */
    gate: { url: gate.origin, address: gate.url, state: gate.state },
    problems,
    /** Opens another page of the console in the same tab. */
    open: (place: string) => page.goto(`${gate.origin}/#${place}`),
    async [Symbol.asyncDispose]() {
      await close();
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
