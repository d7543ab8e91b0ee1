/**
 * `npm run bench:search`: measures the console's search, from a key to the first rows on the screen, in a project with 10,000
 * environments and in one with 200. The exit code is 1 when a budget is missed. The time needs a machine without other work.
 */
import { join } from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { createHandler } from '../../functions/api/handler.ts';
import { allRoutes } from '../../functions/api/routes/all.ts';
import { DIST, PAGE_DIRECTORY } from '../../infra/programs.ts';
import { buildPageIfChanged } from '../../infra/sources.ts';
import { theBrowser } from '../console/support/browser.ts';
import { startGate } from '../console/support/gate.ts';
import { serveApi } from '../support/api-server.ts';
import { apiWorld } from '../support/api-world.ts';
import {
  aLink,
  anActiveEnvironment,
  anIntegration,
  aProject,
  aPullRequestEnvironment,
  start,
} from '../support/builders.ts';

const sizes = [200, 10_000] as const;
/** Most milliseconds of each key, and the most that the median of the large project takes of that of the small one. */
const budget = { milliseconds: 100, ratio: 1.5 };

/** Each digit finds more rows than are drawn first, in both projects. Each key changes the number of matches. */
const keys = [...'0123456789'].flatMap((digit) => [digit, 'Backspace']);
const head_commit = 'a'.repeat(40);
const project = 'website';

const say = (line: string) => void process.stdout.write(`${line}\n`);

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
  const gate = await startGate({ directory, api: api.url, report: say });
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

await buildPageIfChanged();
const browser = await theBrowser();
const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
const medians: number[] = [];
let worst = 0;
for (const size of sizes) {
  const times = await measure(context, size);
  const median = times[Math.floor(times.length / 2)] ?? Number.NaN;
  medians.push(median);
  worst = times.at(-1) ?? Number.NaN;
  say(`${size} environments: median ${median.toFixed(0)} ms, worst ${worst.toFixed(0)} ms`);
}
await browser.close();
const [small = Number.NaN, large = Number.NaN] = medians;
const ratio = large / small;
say(`ratio of the medians ${ratio.toFixed(2)}, at most ${budget.ratio}`);
say(`worst key ${worst.toFixed(0)} ms, less than ${budget.milliseconds} ms`);
process.exit(ratio <= budget.ratio && worst < budget.milliseconds ? 0 : 1);
