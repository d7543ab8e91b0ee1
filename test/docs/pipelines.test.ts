import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

const Step = z.object({ step: z.object({ name: z.string(), script: z.array(z.string()) }) });
const Stage = z.union([Step, z.object({ parallel: z.array(Step) })]);
const Stages = z.record(z.string(), z.array(Stage));
const { pipelines } = z
  .object({ pipelines: z.object({ 'pull-requests': Stages, branches: Stages }) })
  .parse(parse(read('bitbucket-pipelines.yml')));

const { scripts, devDependencies } = z
  .object({ scripts: z.record(z.string(), z.string()), devDependencies: z.record(z.string(), z.string()) })
  .parse(JSON.parse(read('package.json')));

/** Every command that a pipeline runs, in order. */
function commandsOf(stages: z.infer<typeof Stage>[]): string[] {
  return stages
    .flatMap((stage) => ('parallel' in stage ? stage.parallel : [stage]))
    .flatMap(({ step }) => step.script);
}

describe.each([
  ['a pull request', pipelines['pull-requests']['**']],
  ['the main branch', pipelines.branches['main']],
])('the pipeline of %s', (_, stages = []) => {
  const commands = commandsOf(stages);

  it('checks, synthesises and shows what a deployment would change', () => {
    expect(commands).toEqual(expect.arrayContaining(['npm run check', 'npm run synth', 'npx cdk diff']));
  });

  it('runs scripts that package.json has', () => {
    const called = commands.flatMap((command) => /^npm run (\S+)/.exec(command)?.[1] ?? []);

    expect(called.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('runs the CDK that package.json pins', () => {
    expect(devDependencies).toHaveProperty('aws-cdk');
    expect(existsSync(join(root, 'node_modules/.bin/cdk'))).toBe(true);
  });
});
