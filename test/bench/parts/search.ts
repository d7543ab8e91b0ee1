import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { createHandler } from '../../../functions/api/handler.ts';
import { allRoutes } from '../../../functions/api/routes/all.ts';
import { DIST, PAGE_DIRECTORY } from '../../../infra/programs.ts';
import { buildPageIfChanged } from '../../../infra/sources.ts';
import { theBrowser } from '../../console/support/browser.ts';
import { startGate } from '../../console/support/gate.ts';
import { serveApi } from '../../support/api-server.ts';
import { apiWorld } from '../../support/api-world.ts';
import {
  aLink,
  anActiveEnvironment,
  anIntegration,
  aProject,
  aPullRequestEnvironment,
  start,
} from '../../support/builders.ts';
import { type Measured, median, type Part } from '../part.ts';

const sizes = [200, 10_000] as const;
/** Most milliseconds of each key, and the most that the median of the large project takes of that of the small one. */
const budget = { milliseconds: 100, ratio: 1.5 };

/** Each digit finds more rows than are drawn first, in both projects. Each key changes the number of matches. */
const keys = [...'0123456789'].flatMap((digit) => [digit, 'Backspace']);
const head_commit = 'a'.repeat(40);
const project = 'website';

/** Resolves when the frame after the next change of the number of matches is drawn. */
const shown = `new Promise((resolve) => {
  const matches = () => [...document.querySelectorAll('h2')].map((heading) => heading.textContent).join();
  const before = matches();
  let pressed = 0;
  document.addEventListener('keydown', ({ timeStamp }) => { pressed = timeStamp; }, { once: true, capture: true });
  const afterFrame = () => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => resolve(performance.now() - pressed);
    port2.postMessage(null);
  };
  const observer = new MutationObserver(() => {
    if (matches() === before) return;
    observer.disconnect();
    requestAnimationFrame(afterFrame);
  });
  observer.observe(document.body, { subtree: true, childList: true, characterData: true });
})`;

/** Resolves when nothing has changed for half a second. */
const settled = `new Promise((resolve) => {
  let timer = setTimeout(resolve, 500);
  new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(resolve, 500); })
    .observe(document.body, { subtree: true, childList: true });
})`;

async function aWorldWith(size: number) {
  const world = apiWorld();
  await world.projects.save(aProject({ id: project }));
  await world.integrations.save(anIntegration({ project }));
  for (let number = 0; number < size; number += 1) {
    const own = { project, head_commit, title: `Issue ${number}` };
    const environment =
      number % 2 === 0
        ? anActiveEnvironment({ ...own, id: `feature/${number}` })
        : aPullRequestEnvironment({ ...own, id: `pr-${number}`, pull_request: aLink({ number }) });
    await world.environments.save(environment);
  }
  // Changes of the last minute are reported again, and so many make the page read everything again.
  world.clock.set(new Date(Date.parse(start) + 86_400_000).toISOString());
  return world;
}

/** The milliseconds of each key. */
async function measure(context: BrowserContext, size: number): Promise<readonly number[]> {
  const { ports } = await aWorldWith(size);
  await using api = await serveApi(createHandler(ports, allRoutes(ports)), { decodes: true });
  const directory = join(DIST, PAGE_DIRECTORY);
  const gate = await startGate({ directory, api: api.url, report: () => undefined });
  const page = await context.newPage();
  try {
    await page.goto(`${gate.url}&to=/p/${project}`);
    await page.getByText(`(${size})`).waitFor();
    await page.getByRole('searchbox').click();
    const times: number[] = [];
    for (const key of keys) {
      await page.evaluate(settled);
      await page.evaluate(`void (globalThis.answer = ${shown})`);
      await page.keyboard.press(key);
      times.push(Number(await page.evaluate('globalThis.answer')));
    }
    return times.toSorted((a, b) => a - b);
  } finally {
    await page.close();
    await gate.stop();
  }
}

/** The console's search. */
export const search: Part = {
  name: 'search',
  title: 'The console’s search',
  text: `Types 20 keys into the search of a project with 10,000 environments and of one with 200, in a headless Chromium that draws with the processor. The time goes from the key to the frame that has the first rows. Drawing the rows dominates,
which does not depend on the size of the project. The time of a key needs a machine without other work.`,
  async run(): Promise<Measured[]> {
    await buildPageIfChanged();
    const browser = await theBrowser();
    try {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
      const [small, large] = [await measure(context, sizes[0]), await measure(context, sizes[1])];
      return [
        { what: 'median key among 200', value: median(small), unit: 'ms' },
        { what: 'median key among 10,000', value: median(large), unit: 'ms' },
        {
          what: 'ratio of the medians',
          value: median(large) / median(small),
          unit: '',
          budget: budget.ratio,
        },
        {
          what: 'slowest key among 10,000',
          value: Math.max(...large),
          unit: 'ms',
          budget: budget.milliseconds,
        },
      ];
    } finally {
      await browser.close();
    }
  },
};
