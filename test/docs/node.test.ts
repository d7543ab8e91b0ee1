import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const read = (file: string) => readFileSync(join(import.meta.dirname, '../..', file), 'utf8');
const packageJson = JSON.parse(read('package.json'));
const page = read('docs/node.md');

describe('the versions of Node', () => {
  it('of the tools are the same in every file', () => {
    const version = read('.node-version').trim();
    const oldest = /^>=(20\.\d+)$/.exec(packageJson.engines.node)?.[1] ?? '';

    expect(parse(read('bitbucket-pipelines.yml')).image).toBe(`node:${version}`);
    expect(version).toMatch(/^20\./);
    expect(packageJson.devDependencies['@types/node']).toMatch(/^20\./);
    expect(read('infra/bundle.ts')).toContain("target: 'node20'");
    expect(page).toContain(`| ${oldest} and later |`);
  });

  it('of the functions are the same on Lambda and in what the checks install', () => {
    const [, major = ''] = /Runtime\.NODEJS_(\d+)_X/.exec(read('infra/constructs/function.ts')) ?? [];
    const installed = JSON.parse(read('local/lambda-node/package.json')).optionalDependencies;

    for (const version of Object.values(installed)) expect(version).toMatch(new RegExp(`^${major}\\.`));
    expect(page).toContain(`| functions on Lambda | ${major} |`);
    expect(read('.ci/run')).toContain('npm run lambda-node');
    expect(parse(read('bitbucket-pipelines.yml')).definitions.steps[0].step.script).toContain(
      'npm run lambda-node',
    );
  });

  it('of the builder is the one on the page', () => {
    const source = read('infra/constructs/build-machine.ts');
    const [, major = ''] = /'runtime-versions': \{ nodejs: (\d+) \}/.exec(source) ?? [];

    for (const [, image] of source.matchAll(/AMAZON_LINUX_2023_NODE_(\d+)/g)) expect(image).toBe(major);
    expect(page).toContain(`| builder on CodeBuild | ${major} |`);
  });
});
