import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commit, start } from '../support/builders.ts';
import { root } from '../support/pages.ts';
import { aBusyProject } from './support/a-busy-project.ts';
import { openConsole } from './support/console.ts';

const pictures = [
  ['console-environments', '/p/website', 'pr-1'],
  ['console-environment', '/p/website/e/pr-1', 'Redeploy'],
  ['console-activity', '/p/website/e/pr-2/a/running', 'Follow'],
  ['console-integration', '/p/website/settings/integrations/add/bitbucket', 'Fetch branches'],
] as const;

const buildLog = [
  `Building feature/search at ${commit('B')}`,
  'Copying the data of develop...',
  '  /data/uploads: 1,204 files, 86 MB',
  '  done',
  'Running .bough/deploy',
  '  npm ci: added 312 packages in 9s',
  '  npm run build: 48 pages in 4.1s',
  '  Uploading 186 files...',
];

/** `npm run screenshots` sets it. Pictures differ between machines, so that other runs do not compare them. */
const isWriting = process.env['BOUGH_SCREENSHOTS'] === 'write';

describe('the pictures of docs/console.md', () => {
  it.each(pictures)('%s exists in light and dark, and can be taken again', async (name, at, text) => {
    const viewport = { width: 1160, height: 680 };
    const world = await aBusyProject();
    world.writeLog('website', 'running', ...buildLog);
    await using console = await openConsole({ world, at, viewport });
    const { page } = console;
    await page.clock.setFixedTime(Date.parse(start) + 200_000);
    await page.reload();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page
        .locator(`body${colorScheme === 'dark' ? '.awsui-dark-mode' : ':not(.awsui-dark-mode)'}`)
        .waitFor();
      await page.getByText(text, { exact: true }).first().waitFor();
      await page.getByRole('button', { name: /^ada · 123456789012/ }).waitFor();
      const picture = await page.screenshot({ animations: 'disabled' });
      const path = join(root, 'docs/images', `${name}-${colorScheme}.png`);
      if (isWriting) {
        await mkdir(join(root, 'docs/images'), { recursive: true });
        await writeFile(path, picture);
      }

      await expect(access(path)).resolves.toBeUndefined();
    }
  });
});
