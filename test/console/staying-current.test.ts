import { describe, expect, it } from 'vitest';
import { aBusyProject } from './support/a-busy-project.ts';
import { openConsole } from './support/console.ts';
import { setHidden } from './support/visibility.ts';

describe('a page that is open', () => {
  it('reads nothing while its tab is hidden, and everything at once when it comes back', async () => {
    const world = await aBusyProject();
    await using console = await openConsole({ world, at: '/p/website/e/pr-1' });
    const { page, api } = console;
    await page.clock.install();
    await page.reload();
    await page.getByRole('button', { name: 'Redeploy', exact: true }).waitFor();

    const shown = api.requests.length;
    await page.clock.runFor(10_000);
    await expect.poll(() => api.requests.length).toBeGreaterThan(shown);

    await setHidden(page, true);
    await page.waitForLoadState('networkidle');
    const hidden = api.requests.length;
    await page.clock.runFor(600_000);
    await page.waitForLoadState('networkidle');
    expect(api.requests.length).toBe(hidden);

    const stored = await world.environments.get('website', 'pr-1');
    await world.environments.save({ ...stored!, title: 'Changed meanwhile', version: stored!.version + 1 });
    await setHidden(page, false);
    await page.getByText('Changed meanwhile').waitFor();
  });
});
