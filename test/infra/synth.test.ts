import { execFile, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { PAGE_DIRECTORY } from '../../infra/programs.ts';
import { readSettings, Settings } from '../../infra/settings.ts';
import { buildPageIfChanged } from '../../infra/sources.ts';
import { REGION } from '../../local/template/resource-types.ts';
import { readResources } from '../../local/template/resources.ts';
import { oncePerRun } from '../support/once-per-run.ts';
import { CONFIGURATIONS } from './configurations.ts';
import { pathOf, synthesised, temporaryDirectory } from './synthesised.ts';

const run = promisify(execFile);
const repository = join(import.meta.dirname, '../..');

/** A copy of the repository with the built page, so that its dist/ can be built while other tests use the original. */
async function aCheckout(): Promise<string> {
  const checkout = join(temporaryDirectory(), 'bough');
  await mkdir(checkout);
  await oncePerRun('built-page', async () => void (await buildPageIfChanged()));
  const sources = [
    'cli',
    'console',
    `dist/${PAGE_DIRECTORY}`,
    'dist/page.sha256',
    'examples',
    'functions',
    'infra',
    'local',
    'shared',
    'LICENSE',
    'cdk.json',
    'package.json',
    'package-lock.json',
    'tsconfig.json',
  ];
  await Promise.all(
    sources.map((name) =>
      cp(join(repository, name), join(checkout, name), {
        recursive: true,
        filter: (path) => basename(path) !== 'node_modules',
      }),
    ),
  );
  await symlink(join(repository, 'node_modules'), join(checkout, 'node_modules'));
  return checkout;
}

async function json(file: string) {
  return JSON.parse(await readFile(file, 'utf8'));
}

/** An environment without network access and AWS credentials. */
const offline = {
  PATH: process.env['PATH'],
  HTTPS_PROXY: 'http://127.0.0.1:9',
  HTTP_PROXY: 'http://127.0.0.1:9',
  AWS_EC2_METADATA_DISABLED: 'true',
  CI: 'true',
};

describe('cdk synth', { timeout: 180_000 }, () => {
  let checkout: string;
  beforeAll(async () => {
    checkout = await aCheckout();
  });
  const cdk = (...options: string[]) =>
    run('node_modules/.bin/cdk', ['synth', '--quiet', ...options], {
      cwd: checkout,
      env: { ...offline, HOME: checkout },
    });

  it('builds and synthesises offline, and satisfies CloudFormation’s schemas', async () => {
    const { stdout, stderr } = await cdk();

    expect(stdout + stderr).not.toMatch(/warning|error|not configured/i);
    const { pluginReports } = await json(join(checkout, 'cdk.out/validation-report.json'));
    expect(pluginReports).toEqual([]);
  });

  it('creates the template that the local stack provisions', async () => {
    const inUsEast1 = readSettings({}, REGION);
    const { json: local } = synthesised(inUsEast1, { assets: join(checkout, 'dist') });

    expect(local).toEqual(await json(join(checkout, 'cdk.out/bough.template.json')));
  });

  it.each([
    [
      'pruneIntervalMinutes=0',
      'The setting pruneIntervalMinutes must be a whole number from 1 to 1440, not "0".',
    ],
    ['pruneEvery=5', 'Unknown setting pruneEvery. Settings: stackName, '],
  ])('stops at -c %s with one sentence', async (setting, sentence) => {
    const { stderr } = await cdk('-c', setting).catch((error: { stderr: string }) => error);

    expect(stderr.trim().split('\n')).toEqual([
      expect.stringContaining(sentence),
      expect.stringContaining('Subprocess exited with error 1'),
    ]);
  });
});

describe('the tested configurations', () => {
  it('set every setting', () => {
    const set = Object.values(CONFIGURATIONS).flatMap(Object.keys);

    expect([...new Set(set)].sort()).toEqual(Object.keys(Settings.shape).sort());
  });
});

describe.each(Object.entries(CONFIGURATIONS))('the template with %s', (_, settings) => {
  it('satisfies CloudFormation’s schemas without a warning', async () => {
    const { assetsDirectory } = synthesised(settings, { validate: true });

    const { pluginReports } = await json(join(assetsDirectory, 'validation-report.json'));
    expect(pluginReports).toEqual([]);
  });

  it('can be read by the local stack', () => {
    const addresses = {
      sqs: 'http://127.0.0.1:9001',
      api: 'http://127.0.0.1:4000',
      sitesHost: '127.0.0.1:4001',
    };

    // The template does not contain the statements of AWS's managed policies.
    const { json: template } = synthesised({ ...settings, builderPolicies: [] });

    expect(() => readResources(template, addresses)).not.toThrow();
  });
});

const hasCfnLint = spawnSync('cfn-lint', ['--version']).status === 0;

describe.skipIf(!hasCfnLint)('cfn-lint, where it is installed', { timeout: 120_000 }, () => {
  it('accepts every configuration', async () => {
    const directory = temporaryDirectory();
    const files = Object.values(CONFIGURATIONS).map((settings, index) => {
      const file = join(directory, `${index}.template.json`);
      writeFileSync(file, JSON.stringify(synthesised(settings).json));
      return file;
    });

    // W3005: the CDK declares dependencies that references already imply.
    const { stdout } = await run('cfn-lint', ['--ignore-checks', 'W3005', '--', ...files]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });
});

describe('the template', () => {
  it('is independent of account and region', () => {
    expect(JSON.stringify(synthesised().json)).not.toMatch(/\d{12}|(us|eu|ap)-[a-z]+-\d/);
  });

  it('contains the directory of each function’s code, for the local stack', async () => {
    const { json: template, assetsDirectory } = synthesised();
    const functions = Object.values<typeof template>(template['Resources']).filter(
      (it) => it['Type'] === 'AWS::Lambda::Function' && !pathOf(it).startsWith('Custom::'),
    );

    expect(functions).toHaveLength(5);
    for (const { Metadata, Properties } of functions) {
      expect(`${Metadata['aws:asset:path']}.zip`).toBe(`asset.${Properties.Code.S3Key}`);
      expect(await readFile(join(assetsDirectory, Metadata['aws:asset:path'], 'index.mjs'), 'utf8')).toBe('');
    }
  });

  it('cannot be synthesised without bundles', () => {
    expect(() => synthesised({}, { assets: '/nowhere' })).toThrow(
      '/nowhere/functions/webhook has no index.mjs: run `npm run build` first.',
    );
  });
});
