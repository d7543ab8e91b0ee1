import { describe, expect, it } from 'vitest';
import { aBusyProject } from './support/a-busy-project.ts';
import { openConsole } from './support/console.ts';

/** Makes the tab look hidden or shown, as a change to another tab does. */
const visibility = (state: 'hidden' | 'visible') => `
  Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true });
  Object.defineProperty(document, 'hidden', { value: ${state === 'hidden'}, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));`;

describe('a page that is open', () => {
  it('reads nothing while its tab is hidden, and everything at once when it comes back', async () => {
    const world = await aBusyProject();
    await using console = await openConsole({ world, at: '/p/website/e/pr-1' });
    const { page, api } = console;
    await page.clock.install();
    await page.reload();
    await page.getByText('Redeploy').waitFor();

    const shown = api.requests.length;
    await page.clock.runFor(10_000);
    await expect.poll(() => api.requests.length).toBeGreaterThan(shown);

    await page.evaluate(visibility('hidden'));
    await page.waitForLoadState('networkidle');
    const hidden = api.requests.length;
    await page.clock.runFor(600_000);
    await page.waitForLoadState('networkidle');
    expect(api.requests.length).toBe(hidden);

    const stored = await world.environments.get('website', 'pr-1');
    await world.environments.save({ ...stored!, title: 'Changed meanwhile', version: stored!.version + 1 });
    await page.evaluate(visibility('visible'));
    await page.getByText('Changed meanwhile').waitFor();
  });
});
