import type { Page } from 'playwright-core';

/** The pixels between the shown part of the log and its end. */
export function distanceFromEnd(page: Page): Promise<number> {
  return page
    .getByRole('region', { name: 'Log' })
    .evaluate(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight);
}

/** The text in the middle of the shown part of the log, with some lines around it. */
export function shownLines(page: Page): Promise<string> {
  return page.getByRole('region', { name: 'Log' }).evaluate((log) => {
    const { left, top, height } = log.getBoundingClientRect();
    const lines: string[] = [];
    for (let y = 15; y < height; y += 20) {
      const caret = document.caretRangeFromPoint(left + 14, top + y);
      const text = caret?.startContainer.textContent ?? '';
      lines.push(text.slice(text.lastIndexOf('\n', caret?.startOffset) + 1).split('\n')[0] ?? '');
    }
    return lines.join('\n');
  });
}

/** Selects a text in the log. */
export function select(page: Page, text: string): Promise<void> {
  return page.getByRole('region', { name: 'Log' }).evaluate((log, wanted) => {
    const nodes = document.createTreeWalker(log, NodeFilter.SHOW_TEXT);
    for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
      const start = node.textContent?.indexOf(wanted) ?? -1;
      if (start >= 0) getSelection()?.setBaseAndExtent(node, start, node, start + wanted.length);
    }
  }, text);
}
