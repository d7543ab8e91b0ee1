import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Contender } from './contenders.ts';
import type { CpuShare } from './share-of-cpu.ts';

const deployedNode = join(
  import.meta.dirname,
  '../../../local/lambda-node/node_modules',
  `node-linux-${process.arch}`,
  'bin/node',
);

/** The Node.js that runs the contenders: that of the deployment, if `npm run lambda-node` has installed it. */
export const node = existsSync(deployedNode) ? deployedNode : process.execPath;

/** The milliseconds of a start: loading the module, and the first invocation. */
export interface Start {
  init: number;
  first: number;
}

/**
 * Starts a contender in a new process and sends it one event.
 * @param options the `NODE_OPTIONS` of the deployment
 * @param share the part of the CPU that invocations get; Lambda gives a whole CPU to the loading of the module
 */
export async function startOnce(
  { file, event, env, status }: Contender,
  { options, share }: { options: string; share: CpuShare | null },
): Promise<Start> {
  const program = `
    import { writeFileSync } from 'node:fs';
    const begin = performance.now();
    const { handler } = await import(${JSON.stringify(file)});
    const loaded = performance.now();
    ${share ? `writeFileSync(${JSON.stringify(share.file)}, String(process.pid));` : ''}
    const called = performance.now();
    const answer = await handler(${JSON.stringify(event)}, {});
    const end = performance.now();
    if (answer.statusCode !== ${status}) throw new Error(JSON.stringify(answer));
    console.error('measured ' + JSON.stringify({ init: loaded - begin, first: end - called }));
    process.exit(0);`;
  const { stderr } = await promisify(execFile)(
    node,
    ['--input-type=module', '--no-warnings', '--eval', program],
    { env: { ...env, PATH: process.env['PATH'] ?? '', NODE_OPTIONS: options }, timeout: 60_000 },
  );
  const measured = /^measured (.*)$/m.exec(stderr)?.[1] ?? '{}';
  const { init, first }: Partial<Start> = JSON.parse(measured);
  return { init: init ?? Number.NaN, first: first ?? Number.NaN };
}
