import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Config as ActivitiesConfig } from '../../functions/activities/config.ts';
import { Config as ApiConfig } from '../../functions/api/config.ts';
import { ProjectConfig as BuilderConfig } from '../../functions/builder/config.ts';
import { Config as ProcessorConfig } from '../../functions/processor/config.ts';
import { Config as PruneConfig } from '../../functions/prune/config.ts';
import { Config as WebhookConfig } from '../../functions/webhook/config.ts';
import { readConfig } from '../../shared/runtime/read-config.ts';

const folder = join(import.meta.dirname, '../../functions');

const table = { TABLE_NAME: 'bough' };
const key = { KEY_ARN: 'arn:aws:kms:eu-central-1:111122223333:key/1' };
const queueUrl = (name: string) => `https://sqs.eu-central-1.amazonaws.com/111122223333/${name}`;
const queues = { EVENTS_QUEUE_URL: queueUrl('events'), ACTIVITIES_QUEUE_URL: queueUrl('activities') };
const activitiesBucket = { ACTIVITIES_BUCKET: 'activities' };
const contentBuckets = { MIRROR_BUCKET: 'mirror', SITES_BUCKET: 'sites' };
const api = { API_URL: 'https://api.example.org' };
const sites = { SITES_URL: 'https://sites.example.org' };
const bitbucket = {
  BITBUCKET_API_URL: 'https://api.bitbucket.org/2.0',
  BITBUCKET_GIT_URL: 'https://bitbucket.org',
  BITBUCKET_OAUTH_URL: 'https://bitbucket.org/site/oauth2',
  BITBUCKET_PRIVATE_HOSTS: '',
};
const metrics = { METRICS_NAMESPACE: 'Bough' };

/** The environment of each Lambda function: its schema, and values as its construct sets them. */
const environments = {
  activities: {
    Config: ActivitiesConfig,
    variables: {
      ...table,
      ...metrics,
      ...queues,
      ...activitiesBucket,
      ...contentBuckets,
      ...key,
      ...api,
      ...bitbucket,
      DATA_BUCKET: 'data',
      SITE_RULES_ARN: 'arn:aws:cloudfront::111122223333:key-value-store/1',
      BUILDER_PROJECT: 'builder',
    },
  },
  api: {
    Config: ApiConfig,
    variables: {
      ...table,
      ...queues,
      ...activitiesBucket,
      ...contentBuckets,
      ...key,
      ...api,
      ...bitbucket,
      ...sites,
      EVENTS_DEAD_LETTERS_URL: queueUrl('events-dead'),
      ACTIVITIES_DEAD_LETTERS_URL: queueUrl('activities-dead'),
      PRUNE_DEAD_LETTERS_URL: queueUrl('prune-dead'),
      ENVIRONMENT_ROLE_ARN: 'arn:aws:iam::111122223333:role/environment',
      BUILD_QUOTA_CODE: 'L-9D07B6EF',
      BUILD_MINUTES: '30',
      NEEDED_EXECUTIONS: '60',
      SCHEDULE_NAME: 'prune',
      ALARM_TOPIC_ARN: '',
      DISTRIBUTION_KEY: 'distribution-key',
    },
  },
  processor: { Config: ProcessorConfig, variables: { ...table, ...metrics, ...queues, ...activitiesBucket } },
  prune: {
    Config: PruneConfig,
    variables: { ...table, ACTIVITIES_QUEUE_URL: queueUrl('activities'), SPREAD_SECONDS: '300' },
  },
  webhook: {
    Config: WebhookConfig,
    variables: { ...table, ...key, EVENTS_QUEUE_URL: queueUrl('events') },
  },
};

/** The environment of the builder, which runs in CodeBuild. */
const builder = {
  ...activitiesBucket,
  ...contentBuckets,
  ...api,
  ...sites,
  DATA_BUCKET: 'data',
  COMPUTE: 'container',
  TIMEOUT_MINUTES: '30',
};

type Variables = Readonly<Record<string, string>>;
const functions = Object.entries(environments);
const cases = functions.flatMap(([name, { variables }]) =>
  Object.keys(variables).map((variable) => [name, variable] as const),
);

function without(variables: Variables, variable: string): Variables {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => name !== variable));
}

it('every folder with an index is a function or the builder', () => {
  const programs = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'index.ts')));

  expect(programs.sort()).toEqual([...Object.keys(environments), 'builder'].sort());
});

describe.each(functions)('the function %s', (name, { variables }) => {
  beforeEach(() => {
    vi.resetModules();
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    for (const [variable, value] of Object.entries(variables)) vi.stubEnv(variable, value);
  });
  afterEach(() => vi.unstubAllEnvs());

  it('starts with the environment of its construct and exports a handler', async () => {
    await expect(import(join(folder, name, 'index.ts'))).resolves.toMatchObject({
      handler: expect.any(Function),
    });
  });

  it('does not start without a variable, and the error names the variable', async () => {
    const [variable = ''] = Object.keys(variables);
    vi.stubEnv(variable, undefined);

    await expect(import(join(folder, name, 'index.ts'))).rejects.toThrow(variable);
  });
});

describe('the configuration of a function', () => {
  it.each(functions)('of %s accepts the variables and returns them', (_, { Config, variables }) => {
    expect(readConfig<Variables>(Config, variables)).toEqual(variables);
  });

  it.each(cases)('of %s refuses a missing %s and names only that variable', (name, variable) => {
    const [, { Config, variables }] = functions.find(([other]) => other === name) ?? fail(name);

    expect(() => readConfig<Variables>(Config, without(variables, variable))).toThrow(
      new RegExp(`^The function's environment is incomplete; deploy the stack again\\. ${variable}: [^;]*$`),
    );
  });

  it.each(Object.keys(builder))('of the builder refuses a missing %s', (variable) => {
    expect(BuilderConfig.safeParse(builder).success).toBe(true);
    expect(BuilderConfig.safeParse(without(builder, variable)).error?.issues).toMatchObject([
      { path: [variable] },
    ]);
  });

  it.each(['', '-1', '1000', 'soon'])('of prune refuses SPREAD_SECONDS "%s"', (SPREAD_SECONDS) => {
    const { Config, variables } = environments.prune;

    expect(() => readConfig(Config, { ...variables, SPREAD_SECONDS })).toThrow('SPREAD_SECONDS');
  });
});

function fail(name: string): never {
  throw new Error(`There is no function ${name}.`);
}
