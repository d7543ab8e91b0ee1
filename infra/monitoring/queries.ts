import { Stack } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { QueryDefinition, QueryString } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Watched } from './watched.ts';

/** A query of CloudWatch Logs Insights. */
interface Query {
  readonly of: readonly LambdaFunction[];
  readonly fields: string[];
  readonly filter: string;
  /** Aggregates instead of lines. */
  readonly stats?: string;
  /** Default: newest first. */
  readonly sort?: string;
}

/** The cold starts in Lambda's own log lines, by function. */
export const COLD_STARTS = {
  filter: '@type = "REPORT"',
  stats:
    'count(*) as calls, count(@initDuration) as coldStarts, avg(@initDuration) as coldStartMs, pct(@duration, 95) as p95Ms by @log',
  sort: 'calls desc',
};

/** Creates the saved Logs Insights queries that the runbook uses. */
export function createQueries(scope: Construct, { functions }: Watched): void {
  const { webhook, processor, activities } = functions;
  const all = Object.values(functions);
  const queries: Readonly<Record<string, Query>> = {
    'Warnings and errors': {
      of: all,
      fields: ['@timestamp', 'level', 'message', 'project', 'environment', 'activity', 'error.message'],
      filter: 'level in ["warn", "error"]',
    },
    'One delivery, up to the activity that it made (set its id)': {
      of: [webhook, processor],
      fields: ['@timestamp', 'message', 'result', 'project', 'environment', 'activity', 'because', 'trace'],
      filter: 'delivery = "the X-Request-UUID that Bitbucket shows"',
      sort: '@timestamp asc',
    },
    'One activity, up to its build status (set its id)': {
      of: [processor, activities],
      fields: [
        '@timestamp',
        'message',
        'project',
        'environment',
        'because',
        'result',
        'url',
        'state',
        'trace',
      ],
      filter: 'activity = "the id that bough activities shows"',
      sort: '@timestamp asc',
    },
    'One environment, from delivery to URL (set its name)': {
      of: [processor, activities],
      fields: ['@timestamp', 'message', 'project', 'environment', 'activity', 'because', 'result', 'url'],
      filter: 'environment = "main"',
      sort: '@timestamp asc',
    },
    Deliveries: {
      of: [webhook],
      fields: ['@timestamp', 'message', 'result', 'project', 'integration', 'delivery', 'because'],
      filter: 'message like /^delivery /',
    },
    'Decisions to do nothing, by reason': {
      of: [processor],
      fields: ['because'],
      filter: 'message in ["decided: ignore", "event ignored"]',
      stats: 'count(*) as events by because',
      sort: 'events desc',
    },
    'Activities that failed': {
      of: [processor, activities],
      fields: ['@timestamp', 'project', 'environment', 'activity', 'because'],
      filter: 'message like /^concluded/ and result = "failure"',
    },
    Prunes: {
      of: [activities],
      fields: [
        '@timestamp',
        'message',
        'project',
        'integration',
        'branches',
        'events',
        'held_back',
        'error.message',
      ],
      filter: 'message in ["pruned", "prune failed"]',
    },
    'Cold starts and durations': {
      of: all,
      fields: ['@log'],
      ...COLD_STARTS,
    },
  };
  for (const [name, { of, fields, filter, stats, sort = '@timestamp desc' }] of Object.entries(queries)) {
    new QueryDefinition(scope, name.replaceAll(/\W+/g, ''), {
      queryDefinitionName: `${Stack.of(scope).stackName}/${name}`,
      logGroups: of.map(({ logGroup }) => logGroup),
      queryString: new QueryString({
        fields,
        filterStatements: [filter],
        sort,
        ...(stats ? { statsStatements: [stats] } : { limit: 200 }),
      }),
    });
  }
}
