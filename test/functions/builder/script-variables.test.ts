import { lstatSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runScript } from '../../../functions/builder/run-script.ts';
import { scriptVariables } from '../../../functions/builder/script-variables.ts';
import { s3Client } from '../../../shared/adapters/aws/s3/client.ts';
import type { BuildVariable } from '../../../shared/domain/variables/variable.ts';
import { aContext, temporaryDirectory, writeFiles } from './builder-fixture.ts';

let directory: string;
let remove: () => void;
beforeEach(() => {
  ({ directory, remove } = temporaryDirectory());
});
afterEach(() => remove());

const given = (name: string, value: string, changes: Partial<BuildVariable> = {}): BuildVariable => ({
  name,
  value,
  is_json: false,
  is_sensitive: false,
  ...changes,
});

/** The lines that `.bough/deploy` prints with these variables. */
async function outputOf(script: string, variables: BuildVariable[]): Promise<string[]> {
  const context = aContext(s3Client(), directory, { variables });
  writeFiles(context.workspace.checkout, { '.bough/deploy': `#!/bin/sh\n${script}` });
  await runScript(context, 'deploy');
  return context.log.lines.slice(1);
}

it('a script finds all variables in one file, and those with the prefix env: in its environment', async () => {
  const variables = [
    given('env:REGION', 'eu'),
    given('limits', '{"cpu": 2}', { is_json: true }),
    given('__proto__', 'x'),
  ];

  expect(await outputOf('echo "$REGION"\ncat "$BOUGH_VARIABLES"', variables)).toEqual([
    '> eu',
    '> {"env:REGION":"eu","limits":{"cpu":2},"__proto__":"x"}',
  ]);
});

it('a script without variables finds an empty object', async () => {
  expect(await outputOf('cat "$BOUGH_VARIABLES"', [])).toEqual(['> {}']);
});

it('the file is outside of the checkout, and only the builder’s user can read it', async () => {
  const [, file = ''] = (await outputOf('echo "$BOUGH_VARIABLES"; ls -l "$BOUGH_VARIABLES"', []))
    .join()
    .split(',');

  expect(file).toMatch(/^> -rw------- /);
  expect((await outputOf('find . -name "variables*"', [])).length).toBe(0);
});

it.each([
  'AWS_ACCESS_KEY_ID',
  'PATH',
  'BOUGH_PERMIT',
  'BOUGH_COMMIT',
  'LD_PRELOAD',
  'NODE_OPTIONS',
  'X Y',
  'A=B',
])('no variable becomes the environment variable %s, even if the store has one', async (name) => {
  expect(await outputOf('env', [given(`env:${name}`, 'injected')])).not.toContainEqual(
    expect.stringContaining('injected'),
  );
});

it('a variable replaces an environment variable of the image', async () => {
  const context = aContext(s3Client(), directory, {
    variables: [given('env:LANG', 'C')],
    scriptEnvironment: { PATH: process.env['PATH'], LANG: 'en' },
  });
  writeFiles(context.workspace.checkout, { '.bough/deploy': '#!/bin/sh\necho "$LANG"' });
  await runScript(context, 'deploy');

  expect(context.log.lines.at(-1)).toBe('> C');
});

it('a link or a directory that an earlier script left in place of the file is replaced', async () => {
  const [path, target] = [join(directory, 'variables.json'), join(directory, 'target')];
  symlinkSync(target, path);
  await scriptVariables(path, [given('A', '1')]);
  expect(lstatSync(path).isSymbolicLink()).toBe(false);

  remove();
  mkdirSync(path, { recursive: true });
  await scriptVariables(path, [given('A', '1')]);
  expect(readFileSync(path, 'utf8')).toBe('{"A":"1"}\n');
});

it('a build with more than 64 KiB of variables fails with the reason', async () => {
  const variables = Array.from({ length: 9 }, (_, at) => given(`V${at}`, 'x'.repeat(8192)));

  await expect(scriptVariables(join(directory, 'v'), variables)).rejects.toMatchObject({
    code: 'invalid',
    message: expect.stringContaining('at most 65536'),
  });
});

it('sensitive values are hidden in the output of scripts, in one write and in two', async () => {
  const variables = [
    given('env:TOKEN', 's3cret-value', { is_sensitive: true }),
    given('key', 'line one\nline two', { is_sensitive: true }),
  ];
  const lines = await outputOf(
    'env | grep TOKEN\nprintf "a s3cr"\nsleep 0.05\nprintf "et-value b\\n"\ncat "$BOUGH_VARIABLES"\necho "line one"; echo "line two" >&2',
    variables,
  );

  expect(lines).toEqual([
    '> TOKEN=[Hidden: env:TOKEN]',
    '> a [Hidden: env:TOKEN] b',
    '> {"env:TOKEN":"[Hidden: env:TOKEN]","key":"[Hidden: key]"}',
    '> [Hidden: key]',
  ]);
});
