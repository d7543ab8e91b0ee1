import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { progressBar } from '../../../cli/terminal/progress-bar.ts';

const [hideCursor, showCursor] = ['\u001b[?25l', '\u001b[?25h'];

function aScreen() {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true, columns: 80 });
  return { stream, shown: () => String(stream.read()) };
}

it('shows the log above the bar, with the elapsed time and the state', () => {
  const { stream, shown } = aScreen();
  const progress = progressBar(stream);
  progress.update(0.5, '1 complete, 1 in progress');
  progress.log('Deploying');
  progress.stop();

  expect(stripVTControlCharacters(shown())).toMatch(
    /Deploying\n\[={14}-*>-*\] 00:00:0\d \(1 complete, 1 in progress\)/,
  );
});

it('is full at the end', () => {
  const { stream, shown } = aScreen();
  const progress = progressBar(stream);
  progress.update(1, 'complete');
  progress.stop();

  expect(stripVTControlCharacters(shown())).toMatch(/\[={28}\] 00:00:0\d \(complete\)\n$/);
});

it('shows the cursor again, also after several stops', () => {
  const { stream, shown } = aScreen();
  const progress = progressBar(stream);
  progress.stop();
  progress.stop();

  const all = shown();
  expect(all.startsWith(hideCursor)).toBe(true);
  expect(all.split(showCursor)).toHaveLength(2);
});

it('does not truncate lines longer than the terminal width', () => {
  const { stream, shown } = aScreen();
  const line = 'word '.repeat(40);
  const progress = progressBar(stream);
  progress.log(line);
  progress.stop();

  const all = shown();
  expect(all).toContain(line);
  expect(all).not.toContain('\u001b[?7l');
});
