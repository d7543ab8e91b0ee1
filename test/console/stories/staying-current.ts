import { expect, it } from 'vitest';
import { setHidden } from '../support/visibility.ts';
import { type OnStage, type Stage, timeout } from './stage.ts';

/** Changes the title of an environment, as another user does. */
const rename = ({ api }: Stage, title: string) => api('Shop', 'PATCH', '/environments/main', { title });

/** A hidden tab, and an API that does not respond. The clock of the page passes the time. */
export function stayingCurrent(on: OnStage): void {
  it('asks for nothing while its tab is hidden, and catches up at once', async () => {
    const stage = on();
    const { page, open, at, button, requests, text } = stage;
    // The page gets its timers when it is loaded.
    await page.clock.install();
    await page.reload();
    await open(at('Shop', '/e/main'));
    await button('Redeploy').waitFor();
    const shown = requests.length;
    await page.clock.runFor(10_000);
    await expect.poll(() => requests.length, { timeout }).toBeGreaterThan(shown);

    await setHidden(page, true);
    await page.waitForLoadState('networkidle');
    const hidden = requests.length;
    await rename(stage, 'Changed meanwhile');
    await page.clock.runFor(600_000);
    await page.waitForLoadState('networkidle');
    expect(requests.length).toBe(hidden);

    await setHidden(page, false);
    await text('Changed meanwhile').waitFor();
  });

  it('keeps what it read while the API is down for ten seconds, and goes on by itself', async () => {
    const stage = on();
    const { page, gate, row, open, at } = stage;
    await open(at('Shop'));
    await row('main').waitFor();
    gate.state.down = true;
    await page.clock.runFor(10_000);
    await page.getByText(/^Last read \d/).waitFor();
    await row('main').getByText('Changed meanwhile').waitFor();
    await rename(stage, 'Back again');

    gate.state.down = false;
    await page.clock.runFor(10_000);
    await row('main').getByText('Back again').waitFor();
    await page.getByText(/^Last read \d/).waitFor({ state: 'hidden' });
  });
}
