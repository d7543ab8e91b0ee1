import { describe, expect, it } from 'vitest';
import { scriptEnvironment } from '../../../functions/builder/script-environment.ts';
import { aJob, config } from './builder-fixture.ts';

const workspace = {
  home: '/w/home',
  temporary: '/w/tmp',
  bundles: '/w/bundles',
  checkout: '/w/checkout',
  site: '/w/site',
  cache: '/w/cache',
  packedCache: '/w/cache.tgz',
  routes: '/w/routes.json',
  variables: '/w/variables.json',
};

describe("a script's environment", () => {
  it('is the deployment contract', () => {
    expect(scriptEnvironment(aJob(), config, workspace, {})).toEqual({
      BOUGH_PROJECT: 'shop',
      BOUGH_ENVIRONMENT: 'pr-7',
      BOUGH_ENVIRONMENT_TYPE: 'development',
      BOUGH_MACHINE_NAME: 'pr-7-abcdefg',
      BOUGH_BRANCH: 'feature/cart',
      BOUGH_COMMIT: '1a2b3c4d5e6f7a8b9c0d1e2f3a4b5c6d7e8f9a0b',
      BOUGH_PULL_REQUEST: '7',
      BOUGH_PARENT: 'main',
      BOUGH_RESOURCES: 'default',
      BOUGH_RESTRICT_ROBOTS: 'false',
      BOUGH_DATA_URI: 's3://data/shop/pr-7-abcdefg',
      BOUGH_PARENT_DATA_URI: 's3://data/shop/main-bvxea6i',
      BOUGH_CACHE_DIR: '/w/cache',
      BOUGH_SITE_DIR: '/w/site',
      BOUGH_SITE_URL: 'https://sites.example.org/pr-7-abcdefg-shop/',
      BOUGH_ROUTES: '/w/routes.json',
      BOUGH_VARIABLES: '/w/variables.json',
    });
  });

  it('has no parent data for an environment without a parent', () => {
    const job = aJob({ BOUGH_PARENT: '', BOUGH_DATA_FROM_MACHINE_NAME: '' });

    expect(scriptEnvironment(job, config, workspace, {})).toMatchObject({
      BOUGH_PARENT: '',
      BOUGH_PARENT_DATA_URI: '',
    });
  });

  it.each(['minimum', 'parent'] as const)('has the resources: %s', (resources) => {
    const job = aJob({ BOUGH_RESOURCES: resources });

    expect(scriptEnvironment(job, config, workspace, {})).toMatchObject({ BOUGH_RESOURCES: resources });
  });

  it('has the source of the data when it is not the parent', () => {
    const job = aJob({ BOUGH_PARENT: 'release', BOUGH_DATA_FROM: 'main' });

    expect(scriptEnvironment(job, config, workspace, {})).toMatchObject({
      BOUGH_PARENT: 'release',
      BOUGH_PARENT_DATA_URI: 's3://data/shop/main-bvxea6i',
    });
  });

  it("keeps the builder's variables except the names of Bough's buckets", () => {
    const inherited = {
      ...config,
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
      PATH: '/bin',
      BOUGH_COMMIT: 'x',
    };
    const { AWS_ENDPOINT_URL_S3, PATH, BOUGH_COMMIT, ...rest } = scriptEnvironment(
      aJob(),
      config,
      workspace,
      inherited,
    );

    expect({ AWS_ENDPOINT_URL_S3, PATH }).toEqual({
      AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
      PATH: '/bin',
    });
    expect(BOUGH_COMMIT).toBe(aJob().BOUGH_COMMIT);
    expect(Object.keys(rest).filter((name) => !name.startsWith('BOUGH_'))).toEqual([]);
  });
});
