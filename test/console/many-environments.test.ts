import { describe, expect, it } from 'vitest';
import { anEnvironment } from '../support/builders.ts';
import { aBusyProject } from './support/a-busy-project.ts';
import { openConsole } from './support/console.ts';

/**
 * Counts the rows that are drawn: each formats the time of its change. Ages stand still, because they draw rows too, and the
 * address follows the search only when `followSearch` is called.
 */
const countRows = `(() => {
  globalThis.drawnRows = 0;
  globalThis.rowsShown = [];
  const { get } = Object.getOwnPropertyDescriptor(Intl.DateTimeFormat.prototype, 'format');
  Object.defineProperty(Intl.DateTimeFormat.prototype, 'format', {
    get() { globalThis.drawnRows += 1; return get.call(this); },
  });
  const { setInterval, setTimeout } = globalThis;
  globalThis.setInterval = (work, ms, ...rest) => (ms === 30_000 ? 0 : setInterval(work, ms, ...rest));
  globalThis.setTimeout = (work, ms, ...rest) => {
    if (ms !== 250) return setTimeout(work, ms, ...rest);
    globalThis.followSearch = work;
    return 0;
  };
  new MutationObserver(() => rowsShown.push(document.querySelectorAll('tbody tr').length))
    .observe(document.body, { childList: true, subtree: true });
})()`;

const twoFrames = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';

describe('a project with 10,000 environments', () => {
  it('shows the first rows before the others are read, 50 on a page, and draws ten first for a search, and none again for the address', async () => {
    const many = Array.from({ length: 9992 }, (_, i) =>
      anEnvironment({ id: `feature/${i}`, title: `Issue ${i}` }),
    );
    await using console = await openConsole({ world: await aBusyProject(many), at: '/operations' });
    const { page, open } = console;
    await page.evaluate(countRows);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    await page.route(/[?&]after=/, async (route) => {
      await held;
      await route.continue();
    });
    await open('/p/website');
    await page.getByText('(200)').waitFor();

    expect(await page.getByRole('rowheader').count()).toBe(50);

    release();
    await page.getByText('(10000)').waitFor();
    await page.getByRole('searchbox').fill('issue 9876');
    await page.getByRole('link', { name: 'feature/9876', exact: true }).waitFor();
    await page.getByText('(1/10000)').waitFor();
    await page.evaluate('rowsShown.length = 0');
    await page.getByRole('searchbox').fill('issue 98');
    await expect.poll(() => page.getByRole('rowheader').count()).toBe(50);

    expect(await page.evaluate('rowsShown.find((rows) => rows > 1)')).toBe(10);

    await page.evaluate(twoFrames);
    await page.evaluate('drawnRows = 0; followSearch()');
    await page.waitForURL('**/#/p/website?q=issue+98');
    await page.evaluate(twoFrames);

    expect(await page.evaluate('drawnRows')).toBe(0);

    await page.getByRole('searchbox').fill('');
    await page.getByRole('button', { name: 'Next page' }).click();
    await page.evaluate('followSearch()');
    await page.waitForURL('**/#/p/website?page=2');

    // The page begins with the parent of its rows.
    await expect.poll(() => page.getByRole('rowheader').count()).toBe(51);
  });
});
