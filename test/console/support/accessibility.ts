import axe from 'axe-core';
import type { Page } from 'playwright-core';
import * as z from 'zod';

const Results = z.object({
  violations: z.array(
    z.object({ id: z.string(), nodes: z.array(z.object({ html: z.string(), failureSummary: z.string() })) }),
  ),
});

const allRules = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] };
/** The rules whose result the colours decide. All others have the same result in light and in dark colours. */
const rulesOfColours = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] };

/** The violations of WCAG 2.2 AA on a page in light and in dark colours, each with the elements that have it. */
export async function violationsOf(page: Page): Promise<string[]> {
  // The page's policy allows no foreign scripts; DevTools may evaluate them.
  await page.evaluate(axe.source);
  const isDark = await page.evaluate<boolean>("matchMedia('(prefers-color-scheme: dark)').matches");
  const violations = await violationsIn(page, allRules);
  await page.emulateMedia({ colorScheme: isDark ? 'light' : 'dark' });
  await page.locator(isDark ? 'body:not(.awsui-dark-mode)' : 'body.awsui-dark-mode').waitFor();
  violations.push(...(await violationsIn(page, rulesOfColours)));
  await page.emulateMedia({ colorScheme: isDark ? 'dark' : 'light' });
  return violations;
}

async function violationsIn(page: Page, runOnly: object): Promise<string[]> {
  const options = { runOnly, resultTypes: ['violations'] };
  const results = Results.parse(await page.evaluate(`axe.run(${JSON.stringify(options)})`));
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${failureSummary} ${html.slice(0, 300)}`),
  );
}
