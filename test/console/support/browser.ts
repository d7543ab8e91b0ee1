import { existsSync } from 'node:fs';
import packaged from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';
import { oncePerRun } from '../../support/once-per-run.ts';

/** Places of an installed Chrome or Chromium. */
const installed = [
  process.env['CHROME_PATH'],
  '/usr/bin/google-chrome',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

let browser: Promise<Browser> | undefined;

/**
 * Returns the worker's headless Chromium, which ends with the worker: that of the package @sparticuz/chromium on Linux on x64,
 * else an installed one. Each test opens a context of its own, which shares nothing with others.
 * @throws Error when there is none
 */
export function theBrowser(): Promise<Browser> {
  browser ??= startBrowser();
  return browser;
}

async function startBrowser(): Promise<Browser> {
  const executablePath = await findBrowser();
  return chromium.launch({
    executablePath,
    // The sandbox needs rights that containers do not have. The pages are the tests' own.
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--font-render-hinting=none'],
  });
}

async function findBrowser(): Promise<string> {
  if (process.platform === 'linux' && process.arch === 'x64') {
    // The first call unpacks the browser into the temporary directory, which workers share.
    await oncePerRun('browser', async () => void (await packaged.executablePath()));
    return packaged.executablePath();
  }
  const found = installed.find((path) => path !== undefined && existsSync(path));
  if (found !== undefined) return found;
  throw new Error('The tests of the console need Chrome or Chromium: install it, or set CHROME_PATH.');
}
