import { describe, expect, it } from 'vitest';
import { aBusyProject } from './support/a-busy-project.ts';
import { openConsole } from './support/console.ts';

describe('with the keyboard alone', () => {
  it('an environment is found in the tree and opened', async () => {
    await using console = await openConsole({ world: await aBusyProject(), at: '/p/website' });
    const { page } = console;
    const { keyboard } = page;
    await page.getByRole('searchbox').focus();
    await keyboard.type('header');
    await page.getByText('(1/8)').waitFor();

    const link = page.getByRole('link', { name: 'pr-1', exact: true });
    for (let presses = 0; presses < 30 && !(await isFocused(link)); presses += 1) {
      const isInTable = await page.evaluate('document.activeElement.closest("table") !== null');
      await keyboard.press(isInTable ? 'ArrowDown' : 'Tab');
    }
    await keyboard.press('Enter');
    await page.getByRole('heading', { name: 'pr-1', level: 1 }).waitFor();
  });

  it('a dialog keeps the focus, closes with Escape and gives the focus back', async () => {
    await using console = await openConsole({ world: await aBusyProject(), at: '/p/website/e/pr-1' });
    const { page } = console;
    const branch = page.getByRole('button', { name: 'Branch', exact: true });
    await branch.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    for (let presses = 0; presses < 15; presses += 1) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.closest("[role=dialog]") !== null')).toBe(true);
    }
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });

    await expect.poll(() => isFocused(branch)).toBe(true);
  });
});

function isFocused(locator: { evaluate<R>(run: (element: Element) => R): Promise<R> }): Promise<boolean> {
  return locator.evaluate((element) => element === document.activeElement);
}
