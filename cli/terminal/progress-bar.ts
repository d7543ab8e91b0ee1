import { MultiBar } from 'cli-progress';
import type { Progress } from './terminal.ts';

const width = 28;

/** A bar at the bottom of a terminal: `[=====---->-----] 00:00:12 (in progress)`. */
export function progressBar(stream: NodeJS.WritableStream): Progress {
  const bars = new MultiBar({
    stream,
    format: '[{bar}] {duration_formatted} ({state})',
    formatTime: formatSeconds,
    formatBar,
    hideCursor: true,
    // Else the terminal would cut long lines of the log.
    linewrap: true,
    // What is logged is written over the bar.
    forceRedraw: true,
    fps: 4,
  });
  const bar = bars.create(1, 0, { state: 'pending' });
  let isStopped = false;
  return {
    update: (fraction, state) => bar.update(fraction, { state }),
    log: (line) => void bars.log(`${line}\n`),
    stop() {
      if (isStopped) return;
      isStopped = true;
      // Writes what is logged and not yet shown.
      bars.update();
      bars.stop();
    },
  };
}

/** What is done, and a mark that moves through the rest as long as work goes on. */
function formatBar(fraction: number): string {
  const done = Math.round(fraction * width);
  if (done === width) return '='.repeat(width);
  const rest = width - done - 1;
  const position = Math.floor(performance.now() / 250) % (rest + 1);
  return `${'='.repeat(done)}${'-'.repeat(position)}>${'-'.repeat(rest - position)}`;
}

function formatSeconds(seconds: number): string {
  const parts = [seconds / 3600, (seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(Math.floor(part)).padStart(2, '0')).join(':');
}
