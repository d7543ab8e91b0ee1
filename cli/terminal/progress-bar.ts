import { MultiBar } from 'cli-progress';
import type { Progress } from './terminal.ts';

const width = 28;

/** A progress bar at the bottom of a terminal: `[=====---->-----] 00:00:12 (in progress)`. */
export function progressBar(stream: NodeJS.WritableStream): Progress {
  const bars = new MultiBar({
    stream,
    format: '[{bar}] {duration_formatted} ({state})',
    formatTime: formatSeconds,
    formatBar,
    hideCursor: true,
    // Without it the terminal truncates long log lines.
    linewrap: true,
    // Log lines overwrite the bar.
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
      // Flushes buffered log lines.
      bars.update();
      bars.stop();
    },
  };
}

/** The completed part, and a mark that moves through the remaining part. */
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
