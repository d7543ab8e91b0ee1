import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually, freePort, startBough } from '../../support/running-bough.ts';
import type { Measured, Part } from '../part.ts';

const root = join(import.meta.dirname, '../../..');
const exec = promisify(execFile);

/** `npm start` and `cdk synth`. */
export const start: Part = {
  name: 'start',
  title: 'The local stack',
  text: `\`npm start\` without the demo until it prints "ready": in a new clone after \`npm ci\`, which bundles everything, and once more with the kept template; then \`npx cdk synth\`. Loading the CDK dominates the first start, and the start of the AWS stand-ins the second.`,
  async run({ say }): Promise<Measured[]> {
    const directory = await mkdtemp(join(tmpdir(), 'bough-bench-'));
    try {
      const clone = join(directory, 'bough');
      await exec('git', ['clone', '--quiet', root, clone]);
      await symlink(join(root, 'node_modules'), join(clone, 'node_modules'));
      // `npm ci` of a user does this too.
      await exec('npm', ['run', '--silent', 'build'], { cwd: clone, timeout: 120_000 });
      say('In a clone of the last commit');
      const first = await measureStart(clone, join(directory, 'state'));
      const second = await measureStart(clone, join(directory, 'state'));
      const since = performance.now();
      await exec('npx', ['cdk', 'synth', '--quiet'], { cwd: clone, timeout: 120_000 });
      return [
        { what: 'first start', value: first / 1000, unit: 's', budget: 8 },
        { what: 'second start', value: second / 1000, unit: 's', budget: 8 },
        { what: 'npx cdk synth', value: (performance.now() - since) / 1000, unit: 's', budget: 8 },
      ];
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};

async function measureStart(directory: string, state: string): Promise<number> {
  const port = await freePort();
  const since = performance.now();
  const stack = await startBough(
    { BOUGH_PORT: String(port), BOUGH_STATE_DIR: state, BOUGH_DEMO: 'off' },
    { directory },
  );
  const took = performance.now() - since;
  await stack.stop();
  await eventually('the port is free', async () => (await freePort()) <= port);
  return took;
}
