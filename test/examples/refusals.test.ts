import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { examplesDirectory } from '../support/examples.ts';
import { root } from '../support/pages.ts';

const run = promisify(execFile);

/** Runs a stand-in in the directory of an example. Resolves to its exit code and the end of its output. */
async function standIn(example: string, command: string, ...args: string[]) {
  const stacks = await mkdtemp(join(tmpdir(), 'bough-stacks-'));
  const env = {
    ...process.env,
    STAND_IN_STACKS: stacks,
    STAND_IN_URL: 'http://127.0.0.1',
    AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9',
  };
  const program = join(root, 'test/support/stand-ins/on-local-stack', command);
  return run(program, args, { cwd: join(examplesDirectory, example), env }).then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    ({ code, stderr }: { code: number; stderr: string }) => ({ code, output: stderr }),
  );
}

it.each([
  ['sam-api', 'sam', ['deploy', '--stack-name', 'a'], 2, 'Cannot find an S3 bucket'],
  ['sam-api', 'sam', ['deploy', '--stack-name', 'a', '--resolve-s3'], 1, 'Requires capabilities'],
  ['sam-api', 'sam', ['deploy', '--yes'], 1, "Unknown option '--yes'"],
  ['sam-api', 'sam', ['delete', '--stack-name', 'a'], 1, 'Aborted!'],
  ['cdk-api', 'cdk', ['deploy', '--yes'], 1, "Unknown option '--yes'"],
])('In %s the stand-in of %s refuses %s', async (example, command, args, code, message) => {
  const refused = await standIn(example, command, ...args);

  expect(refused).toEqual({ code, output: expect.stringContaining(message) });
});
