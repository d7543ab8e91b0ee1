import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { measuredIn } from '../mirror/report.ts';
import type { Part } from '../part.ts';

/** The mirror, beside git. */
export const mirror: Part = {
  name: 'mirror',
  title: 'The mirror',
  text: `Creates repositories and serves them with \`git http-backend\`. Bough's mirror and \`git clone --mirror && git push --mirror\` to a second server then do the same work in turns. Bough runs as its function does: one bundled file, without git
and without a disk. \`git push\` dominates git's time, which unpacks and checks each object again; Bough passes the pack on as it comes. For one commit the start of a process dominates both.`,
  async run({ isQuick }) {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        '--no-warnings',
        '--import',
        'tsx',
        join(import.meta.dirname, '../mirror/compare.ts'),
        ...(isQuick ? ['--quick'] : []),
      ],
      { timeout: 600_000, maxBuffer: 64 * 1024 * 1024 },
    );
    return measuredIn(JSON.parse(stdout));
  },
};
