/**
 * `npm run cost -- --projects 10 --pushes 2000 --environments 50`: estimates the AWS bill of a month, of a month without
 * pushes, and of an installation without projects. The estimate uses counted calls and list prices.
 */
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { Settings } from '../../infra/settings.ts';
import { bill, freeRequests, PRICES_AS_OF, total, type Usage } from './cost-model.ts';

const amount = z.coerce.number().nonnegative();
const Options = z.object({
  projects: amount.default(10),
  pushes: amount.default(2000),
  'inactive-pushes': amount.default(2000),
  'pull-requests': amount.default(200),
  environments: amount.default(50),
  compute: z.enum(['lambda', 'container']).default('lambda'),
  'build-seconds': amount.default(20),
  'build-gb': amount.default(4),
  'environment-gb': amount.default(0.05),
  'cache-gb': amount.default(0.1),
  'mirror-gb': amount.default(0.1),
  'key-rotations': amount.default(0),
  'sensitive-variables': amount.default(5),
  alarms: amount.default(14),
  metrics: amount.default(22),
  visits: amount.default(100_000),
  rules: amount.default(0),
});

const option = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    projects: option,
    pushes: option,
    'inactive-pushes': option,
    'pull-requests': option,
    environments: option,
    compute: option,
    'build-seconds': option,
    'build-gb': option,
    'environment-gb': option,
    'cache-gb': option,
    'mirror-gb': option,
    'key-rotations': option,
    'sensitive-variables': option,
    alarms: option,
    metrics: option,
    visits: option,
    rules: option,
  },
});
const given = Options.parse(values);
const usage: Usage = {
  ...given,
  pruneIntervalMinutes: Settings.parse({}).pruneIntervalMinutes,
  buildSeconds: given['build-seconds'],
  buildGb: given['build-gb'],
  environmentGb: given['environment-gb'],
  inactivePushes: given['inactive-pushes'],
  pullRequests: given['pull-requests'],
  cacheGb: given['cache-gb'],
  mirrorGb: given['mirror-gb'],
  keyRotations: given['key-rotations'],
  sensitiveVariables: given['sensitive-variables'],
};

/** Without pushes, only the metrics of prunes and of their Bitbucket requests have data. */
const METRICS_OF_A_PRUNE = 2;

function print(title: string, month: Usage): void {
  const lines = bill(month);
  const rows = lines.filter(({ dollars }) => dollars >= 0.005);
  const width = Math.max(28, ...rows.map(({ name }) => name.length));
  process.stdout.write(`${title}\n`);
  for (const { name, quantity, dollars } of rows) {
    const count = Math.ceil(quantity).toLocaleString('en-US').padStart(12);
    process.stdout.write(`  ${name.padEnd(width)} ${count}  $${dollars.toFixed(2).padStart(8)}\n`);
  }
  const sum = (name: string, dollars: number) =>
    process.stdout.write(`  ${name.padEnd(width)} ${''.padStart(12)}  $${dollars.toFixed(2).padStart(8)}\n`);
  sum('Total', total(lines));
  sum('Total with the free requests', total(lines) - freeRequests(lines));
  process.stdout.write('\n');
}

const { projects, pushes, inactivePushes, pullRequests, environments } = usage;
const quiet = { pushes: 0, inactivePushes: 0, pullRequests: 0 };
process.stdout.write(
  `List prices of us-east-1, ${PRICES_AS_OF}, without free tiers. The last line has the million requests a month that SQS gives each account for ever.\nResources of deploy scripts and the transfer of sites to visitors are not included. The key's first two yearly rotations cost $1 a month each: --key-rotations.\nWith access control, add --rules: the pull requests that are opened or closed in a month.\n\n`,
);
print(
  `${projects} projects with ${environments} environments; ${pushes} pushes and ${pullRequests} pull requests that are deployed (${usage.buildSeconds} s on ${usage.compute} compute), ${inactivePushes} pushes that are not`,
  usage,
);
print('The same month without a push', { ...usage, ...quiet, metrics: METRICS_OF_A_PRUNE });
print('Nothing but Bough', {
  ...usage,
  ...quiet,
  projects: 0,
  environments: 0,
  metrics: 0,
  visits: 0,
  rules: 0,
});
