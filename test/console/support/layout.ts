import type { Page } from 'playwright-core';

/** The pixels by which a page is wider than a screen of 320 px: 0 when nobody has to scroll sideways. */
export async function overflowAt320(page: Page): Promise<number> {
  await page.setViewportSize({ width: 320, height: 640 });
  // A resize takes effect with the next frame.
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
  return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
}
