import { describe, expect, it } from 'vitest';
import {
  aDeployment,
  anActiveEnvironment,
  anEnvironment,
  aRoute,
  aRunningActivity,
} from '../support/builders.ts';
import { aBusyProject } from './support/a-busy-project.ts';
import { openConsole } from './support/console.ts';

const html = '<img src=x onerror=alert(1)>';
const reversed = 'feature/\u202etxt.exe';
const long = `feature/${'x'.repeat(242)}`;
const ids = ['a/activities', 'feature/50%-off', reversed, long, 'feature/"><script>alert(1)</script>'];

/** A project with names and texts that attack a page. */
function aHostileProject() {
  return aBusyProject([
    ...['a/activities', reversed, long, 'feature/"><script>alert(1)</script>'].map((id) =>
      anEnvironment({ id, title: `${html} ${id}` }),
    ),
    anActiveEnvironment({
      id: 'hostile',
      title: `${html}\u202e\u0007`,
      deployment: aDeployment({
        routes: [
          aRoute({ url: 'javascript:alert(1)', primary: true }),
          aRoute({ url: html, primary: false }),
        ],
      }),
      activities: [aRunningActivity({ id: 'a1', text: `Push ${html}`, because: `${html} was pushed\u202e` })],
    }),
  ]);
}

const widthOf = 'document.documentElement.scrollWidth';

describe('content from outside', () => {
  it.each(ids)('the environment %j is opened from the tree, with its name as a text', async (id) => {
    await using console = await openConsole({ world: await aHostileProject(), at: '/p/website' });
    const { page } = console;
    const text = id.replace('\u202e', '\\u202e');
    await page.getByRole('link', { name: text, exact: true }).click();
    await page.getByRole('heading', { name: text, level: 1, exact: true }).waitFor();
    await page.getByRole('button', { name: 'Merge' }).waitFor();

    expect(await page.locator('img, script:not([src]), iframe').count()).toBe(0);

    await page.setViewportSize({ width: 320, height: 640 });
    expect(await page.evaluate(widthOf)).toBe(320);
  });

  it('neither runs nor becomes a link, wherever it is shown', async () => {
    await using console = await openConsole({ world: await aHostileProject(), at: '/p/website/e/hostile' });
    const { page } = console;
    page.on('dialog', () => console.problems.push('a script has run'));
    await page.getByText(`Push ${html}`).first().waitFor();
    await page.getByText('javascript:alert(1)').first().waitFor();

    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Open', exact: true }).count()).toBe(0);
    expect(await page.locator('img').count()).toBe(0);
    await page.getByText(`${html}\\u202e\\u0007`).first().waitFor();
  });

  it('fits on a screen of 320 pixels', async () => {
    const viewport = { width: 320, height: 640 };
    await using console = await openConsole({ world: await aHostileProject(), at: '/p/website', viewport });
    const { page } = console;
    await page.getByRole('link', { name: 'pr-1', exact: true }).waitFor();

    expect(await page.evaluate(widthOf)).toBe(320);
  });
});
