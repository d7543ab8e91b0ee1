import { BUILD_START, CALLS, type Calls } from './cost-calls.ts';

/** The month of the list prices below: us-east-1, US dollars, without free tiers. */
export const PRICES_AS_OF = 'August 2026';

const million = 1e6;

/** List price of one unit of each billed item. */
const PRICES = {
  'HTTP API requests': 1 / million,
  'Lambda requests': 0.2 / million,
  'Lambda GB-seconds (arm64)': 0.0000133334,
  'Scheduler invocations': 1 / million,
  'SQS requests': 0.4 / million,
  'DynamoDB read units': 0.125 / million,
  'DynamoDB write units': 0.625 / million,
  'DynamoDB GB-months': 0.25,
  'Point-in-time recovery GB-months': 0.2,
  'KMS requests': 0.03 / 10_000,
  'S3 writes': 5 / million,
  'S3 reads': 0.4 / million,
  'S3 GB-months': 0.023,
  'CodeBuild minutes (arm1.small)': 0.0043,
  // AWS lists the second of 1 GB at $0.00001, rounded. This is Lambda's own price.
  'CodeBuild GB-seconds (Lambda, arm64)': 0.0000133334,
  'CloudWatch Logs GB': 0.5,
  // Each of the first two rotations is billed like a key, later ones are not.
  'KMS keys': 1,
  Dashboards: 3,
  Alarms: 0.1,
  'Custom metrics': 0.3,
  'X-Ray traces': 5 / million,
  'CloudFront function calls': 0.1 / million,
  'KeyValueStore reads': 0.03 / million,
  'KeyValueStore calls': 1 / 1000,
} as const;

const PRICED = Object.keys(PRICES) as Priced[];
type Priced = keyof typeof PRICES;
type Quantities = Partial<Record<Priced, number>>;

/** The usage of a month. */
export interface Usage {
  readonly projects: number;
  /** Pushes to active environments, each of them deployed. */
  readonly pushes: number;
  /** Pushes to inactive environments, which are mirrored and not deployed. */
  readonly inactivePushes: number;
  /** Pull requests that are opened and merged: each of them is deployed, and its environment deleted at the end. */
  readonly pullRequests: number;
  /** Environments that exist all month. */
  readonly environments: number;
  readonly pruneIntervalMinutes: number;
  /** The compute of builds, as the setting builderCompute. */
  readonly compute: 'lambda' | 'container';
  /** Seconds that a build works. */
  readonly buildSeconds: number;
  /** Memory of a build on Lambda compute, in GB. */
  readonly buildGb: number;
  /** Size of an environment's site and data, in GB. */
  readonly environmentGb: number;
  /** Size of an environment's cache of builds, packed, in GB. */
  readonly cacheGb: number;
  /** Size of a project's mirror: its bundles and those that they replaced in the last day, in GB. */
  readonly mirrorGb: number;
  /** Yearly rotations of the key since it was created. */
  readonly keyRotations: number;
  /** Sensitive variables that a build gets. */
  readonly sensitiveVariables: number;
  readonly alarms: number;
  /** Bough's own metrics that have data in every hour: one for each combination of name and dimensions. */
  readonly metrics: number;
  /** Requests of visitors to sites. */
  readonly visits: number;
  /** Publications and removals of access rules of sites: none without access control. */
  readonly rules: number;
}

/** A month without projects. */
export const idleMonth: Usage = {
  projects: 0,
  pushes: 0,
  inactivePushes: 0,
  pullRequests: 0,
  environments: 0,
  pruneIntervalMinutes: 10,
  compute: 'lambda',
  buildSeconds: 20,
  buildGb: 4,
  environmentGb: 0.05,
  cacheGb: 0,
  mirrorGb: 0,
  keyRotations: 0,
  sensitiveVariables: 0,
  alarms: 0,
  metrics: 0,
  visits: 0,
  rules: 0,
};

/** A line of the bill. */
export interface Line {
  readonly name: Priced;
  readonly quantity: number;
  readonly dollars: number;
}

/** The webhook's calls before the workflows: it reads the integration, decrypts its secret and queues the event. */
const WEBHOOK = { reads: 1, decrypts: 1, messages: 1 };
/** The state change event of a build is a message. */
const END_OF_BUILD = { messages: 1 };

// High assumptions for usage that the test cannot count.
/**
 * Units per call: an environment's item and the variables of a level have up to 4 KB, an entry or a note up to 1 KB, and a
 * list reads a page of ten items. All reads are strong.
 */
const UNITS = { read: 1, list: 10, write: 4, entry: 1 };
/**
 * A commit of the mirror writes its record of at most 2 KB, and about one in seven a manifest: `npm run bench --
 * mirror-commits`.
 */
const MIRROR = { units: 2, manifests: 1 / 7 };
/** Links of a pull request's environment, written with it and removed with it. */
const LINKS = { push: 0, inactive: 0, opened: 4, ended: 4 };
/** An environment has its item, its links and its entries; an ended activity and its entry are kept for a month. */
const TABLE_GB = { project: 50e-6, environment: 10e-6, activity: 5e-6 };
/** A process keeps unsealed secrets for an hour. */
const UNSEALED_HOURS = 1;
/** A message is sent, received and deleted. */
const SQS_CALLS = 3;
const FUNCTION_GB = 0.5;
const SECONDS = { webhook: 0.1, credentials: 0.2, message: 1, tick: 1, prune: 2 };
/**
 * S3 calls per build: input, result, cache, about ten pages of a site, and their reads. A script that prints all the time
 * has its log written every 0.8 seconds.
 */
const BUILD = { writes: 15, reads: 20, logWritesPerMinute: 75 };
/** Seconds that AWS bills before a build works. The time of a container is rounded up to minutes. */
const START_SECONDS = { lambda: 3, container: 30 };
const LOG_GB = { push: 20e-6, prune: 2e-6 };
/** The functions for requests and responses; a site with a rule takes a second read. */
const VISIT = { calls: 2, reads: 2 };
/** A publication reads the version and writes; a removal also reads the key. */
const RULE_CALLS = 3;
const SECONDS_A_MONTH = 730 * 3600;
const BILLED_ROTATIONS = 2;
/** SQS's free requests of an account in each month. */
const FREE_REQUESTS = million;
/** Lambda's long polls of two queues in a month: five pollers, 20 seconds per poll (decision 0042). */
const POLLS = (2 * 5 * SECONDS_A_MONTH) / 20;

/** The usage that does not depend on pushes. */
function standing(usage: Usage): Quantities {
  const ticks = SECONDS_A_MONTH / 60 / usage.pruneIntervalMinutes;
  // Each is a message.
  const prunes = ticks * usage.projects;
  const { reads, lists, decrypts, entries } = CALLS.prune;
  return {
    'Scheduler invocations': ticks,
    'Lambda requests': ticks + prunes,
    'X-Ray traces': ticks + prunes,
    'Lambda GB-seconds (arm64)': (ticks * SECONDS.tick + prunes * SECONDS.prune) * FUNCTION_GB,
    'SQS requests': POLLS + prunes * SQS_CALLS,
    'DynamoDB read units': ticks * UNITS.list + prunes * (reads * UNITS.read + lists * UNITS.list),
    'DynamoDB write units': prunes * entries * UNITS.entry,
    'KMS requests': (SECONDS_A_MONTH / 3600 / UNSEALED_HOURS) * usage.projects * decrypts,
    'S3 GB-months':
      usage.environments * (usage.environmentGb + usage.cacheGb) + usage.projects * usage.mirrorGb,
    'CloudWatch Logs GB': prunes * LOG_GB.prune,
    'KMS keys': 1 + Math.min(usage.keyRotations, BILLED_ROTATIONS),
    Dashboards: 1,
    Alarms: usage.alarms,
    'Custom metrics': usage.metrics,
    'CloudFront function calls': usage.visits * VISIT.calls,
    'KeyValueStore reads': usage.visits * VISIT.reads,
    'KeyValueStore calls': usage.rules * RULE_CALLS,
    ...stored(usage.projects * TABLE_GB.project + usage.environments * TABLE_GB.environment),
  };
}

/** A table of this size, which is also what its recovery is billed by. */
function stored(gb: number): Quantities {
  return { 'DynamoDB GB-months': gb, 'Point-in-time recovery GB-months': gb };
}

/** The usage of one event. */
function caused(
  { compute, buildSeconds, buildGb, sensitiveVariables }: Usage,
  calls: Calls,
  links: number,
): Quantities {
  const { reads, lists, writes, entries, messages, decrypts, mirrorReads, mirrorCommits, bundles, builds } =
    calls;
  const billed = START_SECONDS[compute] + buildSeconds;
  const allMessages = WEBHOOK.messages + messages + builds * END_OF_BUILD.messages;
  // One for the webhook, and one per build for its credentials.
  const requests = 1 + builds;
  const seconds = SECONDS.webhook + builds * SECONDS.credentials + allMessages * SECONDS.message;
  return {
    'HTTP API requests': requests,
    'Lambda requests': requests + allMessages,
    'X-Ray traces': requests + allMessages,
    'Lambda GB-seconds (arm64)': seconds * FUNCTION_GB,
    'SQS requests': allMessages * SQS_CALLS,
    'DynamoDB read units':
      (WEBHOOK.reads + reads + mirrorReads + builds * (BUILD_START.reads + BUILD_START.variables)) *
        UNITS.read +
      lists * UNITS.list,
    'DynamoDB write units':
      writes * UNITS.write + entries * UNITS.entry + mirrorCommits * MIRROR.units + links,
    'KMS requests': WEBHOOK.decrypts + decrypts + builds * sensitiveVariables,
    'S3 writes':
      mirrorCommits * MIRROR.manifests +
      bundles +
      builds * (BUILD.writes + (BUILD.logWritesPerMinute * buildSeconds) / 60),
    'S3 reads': mirrorReads + builds * BUILD.reads,
    ...(compute === 'lambda'
      ? { 'CodeBuild GB-seconds (Lambda, arm64)': builds * billed * buildGb }
      : { 'CodeBuild minutes (arm1.small)': builds * Math.ceil(billed / 60) }),
    'CloudWatch Logs GB': LOG_GB.push,
    ...stored(TABLE_GB.activity),
  };
}

/** The bill of a month, highest amount first, without unused items. */
export function bill(usage: Usage): Line[] {
  const always = standing(usage);
  const events = [
    { count: usage.pushes, each: caused(usage, CALLS.push, LINKS.push) },
    { count: usage.inactivePushes, each: caused(usage, CALLS.inactive, LINKS.inactive) },
    { count: usage.pullRequests, each: caused(usage, CALLS.opened, LINKS.opened) },
    { count: usage.pullRequests, each: caused(usage, CALLS.ended, LINKS.ended) },
  ];
  return PRICED.map((name) => {
    const quantity = events.reduce(
      (sum, { count, each }) => sum + count * (each[name] ?? 0),
      always[name] ?? 0,
    );
    return { name, quantity, dollars: quantity * PRICES[name] };
  })
    .filter(({ quantity }) => quantity > 0)
    .sort((one, other) => other.dollars - one.dollars);
}

/** The part of the bill that SQS's free requests cover. They have no end, and all queues of an account share them. */
export function freeRequests(lines: readonly Line[]): number {
  const requests = lines.find(({ name }) => name === 'SQS requests')?.quantity ?? 0;
  return Math.min(requests, FREE_REQUESTS) * PRICES['SQS requests'];
}

/** The sum of the lines. */
export function total(lines: readonly Line[]): number {
  return lines.reduce((sum, { dollars }) => sum + dollars, 0);
}
