import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { timeoutMs as commandTimeoutMs } from '../../cli/api/send.ts';
import { limits as consoleLimits } from '../../cli/console/console-server.ts';
import { longestAnswer as longestConsoleAnswer } from '../../cli/console/forward.ts';
import { longestBody as longestConsoleBody } from '../../cli/console/request-body.ts';
import { attempts as downloadAttempts } from '../../cli/git/download.ts';
import { firstRows, rowsPerPage } from '../../console/pages/tree/row-limits.ts';
import { mostAttempts } from '../../functions/activities/handler.ts';
import { longestList } from '../../functions/api/framework/compress.ts';
import { longestParameter } from '../../functions/api/framework/router.ts';
import { PageQuery } from '../../functions/api/inputs/common.ts';
import { DeadLetterIds } from '../../functions/api/inputs/dead-letters.ts';
import { NewIntegration } from '../../functions/api/inputs/integrations.ts';
import { defaultCount, mostLookedAt } from '../../functions/api/queries/activities.ts';
import { mostEnvironments } from '../../functions/api/queries/board.ts';
import { longestMemoryHours, settlingSeconds } from '../../functions/api/queries/changes.ts';
import { mostOwners } from '../../functions/api/queries/project-activities.ts';
import { mostCounted, mostSummaries } from '../../functions/api/queries/project-summary.ts';
import { longestResponse as longestLogPart } from '../../functions/api/routes/activities.ts';
import { mostChanged } from '../../functions/api/routes/changes.ts';
import { longestResponse as longestLinkedLog } from '../../functions/api/routes/logs.ts';
import { cachedSeconds } from '../../functions/api/routes/pages.ts';
import { mostShown } from '../../functions/api/views/prune-preview.ts';
import { cacheLimits } from '../../functions/builder/cache-limits.ts';
import { usualPauses } from '../../functions/builder/credentials.ts';
import { longestHeader, longestHeaders, mostHeaderRules } from '../../functions/builder/header-rules.ts';
import { longestLog } from '../../functions/builder/log.ts';
import { longestConfig } from '../../functions/builder/repository-config.ts';
import { graceMilliseconds } from '../../functions/builder/run-script.ts';
import { longestOnLambda } from '../../infra/builder-compute.ts';
import { Settings } from '../../infra/settings.ts';
import { longestKeptLog, writePauses } from '../../shared/adapters/aws/builds/activity-log.ts';
import {
  longestReason,
  longestTailLine,
  tailLines,
} from '../../shared/adapters/aws/builds/build-documents.ts';
import { longestResult } from '../../shared/adapters/aws/builds/read-build-result.ts';
import { keptDays as deliveryDays } from '../../shared/adapters/aws/dynamodb/deliveries.ts';
import { keptDays as activityDays } from '../../shared/adapters/aws/dynamodb/finished-activities.ts';
import { keptChangeHours, keptOpenDays, mostEntries } from '../../shared/adapters/aws/dynamodb/journal.ts';
import { keptDays as failureDays } from '../../shared/adapters/aws/dynamodb/message-failures.ts';
import { headsPerShard } from '../../shared/adapters/aws/mirror/head-shards.ts';
import { mostHeads } from '../../shared/adapters/aws/mirror/manifest.ts';
import { mostChangeBytes } from '../../shared/adapters/aws/mirror/stored-changes.ts';
import { most as mostDeadLetters } from '../../shared/adapters/aws/queues/dead-letters.ts';
import { leaseSeconds } from '../../shared/adapters/aws/queues/lease.ts';
import { validSeconds } from '../../shared/adapters/aws/s3/mirror-links.ts';
import { longestPage } from '../../shared/adapters/aws/s3/site-pages.ts';
import { timeouts } from '../../shared/adapters/aws/timeouts.ts';
import { accessLimits } from '../../shared/domain/access/http-access.ts';
import {
  longestPause,
  longestSeconds,
  lostAfterMinutes,
  mostStarts,
  overdueMinutes,
  shortestPause,
} from '../../shared/domain/activities/delay.ts';
import { longestReason as lastActivityReason } from '../../shared/domain/activities/last-activity.ts';
import {
  firstPauseMinutes,
  longestPauseMinutes,
  mostOfACommit,
} from '../../shared/domain/activities/setbacks.ts';
import { sessionSeconds } from '../../shared/domain/builds/session-length.ts';
import { longestBranchName } from '../../shared/domain/deliveries/branch-name.ts';
import {
  longest as longestNoted,
  mostDeliveries,
  mostNotes,
} from '../../shared/domain/deliveries/delivery-note.ts';
import {
  minutesBetweenRecords as minutesBetweenRefusals,
  minutesBetweenRewrites,
  relevantMinutes,
} from '../../shared/domain/deliveries/refused-deliveries.ts';
import { longestName } from '../../shared/domain/environments/branch-environment.ts';
import { mostFailedDeletions } from '../../shared/domain/environments/environment.ts';
import { longestSlug } from '../../shared/domain/environments/machine-name.ts';
import { routeLimits } from '../../shared/domain/environments/routes.ts';
import { longestTitle } from '../../shared/domain/environments/title.ts';
import {
  listsPerHour,
  mostHourly,
  quietMinutes,
  repositoryMinutes,
} from '../../shared/domain/integrations/api-checks.ts';
import {
  longestClosure,
  scheduledShare,
  share,
  shortestClosure,
} from '../../shared/domain/integrations/rate-budget.ts';
import { leastWaste, mostBundles } from '../../shared/domain/mirror/mirror-chain.ts';
import { keptHours } from '../../shared/domain/mirror/superseded-bundles.ts';
import { apiLagSeconds, gitLagSeconds } from '../../shared/domain/rules/bitbucket-lag.ts';
import { mostNamed } from '../../shared/domain/rules/hold-back.ts';
import { defaultPruneLimit } from '../../shared/domain/rules/prune-limit.ts';
import { longestText } from '../../shared/domain/statuses/last-status.ts';
import { shortestHidden, variableLimits } from '../../shared/domain/variables/variable.ts';
import { defaultTimeoutMs } from '../../shared/git/http.ts';
import { defaults as git } from '../../shared/git/limits.ts';
import { longestLine, mostLines } from '../../shared/git/side-band.ts';
import { mostComments } from '../../shared/providers/bitbucket-cloud/comments.ts';
import { longestUrl as longestStatusUrl } from '../../shared/providers/bitbucket-server/build-statuses.ts';
import { cloudCallsPerHour } from '../../shared/providers/connect.ts';
import { longestMs, mostRedirects } from '../../shared/providers/rest/client.ts';
import { limits as list } from '../../shared/providers/rest/read-list.ts';
import {
  longestPause as longestSilence,
  mostTimeouts,
  shortestPause as shortestSilence,
} from '../../shared/providers/traffic/circuit-breaker.ts';
import { callsPerReport } from '../../shared/providers/traffic/shared-rate-limiter.ts';
import { keptTokens } from '../../shared/providers/traffic/traffic.ts';
import { keptSecrets } from '../../shared/runtime/bounded-cache.ts';
import { longestResponse } from '../../shared/runtime/http/http-client.ts';
import { longestSeconds as longestRetryAfter } from '../../shared/runtime/http/retry-after.ts';
import { longestLinkedName } from '../../shared/runtime/page-link.ts';
import { mostRules } from '../../shared/workflow/access/steps/publish-rules.ts';
import { longestTurnSeconds } from '../../shared/workflow/activities/steps/second-start.ts';
import { pause as stopPause } from '../../shared/workflow/builds/stop-build.ts';
import { mostAttempts as mostConflicts } from '../../shared/workflow/commit/retry-on-conflict.ts';
import { mostBytes, mostChanges, mostReasons } from '../../shared/workflow/deliveries/accept-delivery.ts';
import { minutesBetweenRecords } from '../../shared/workflow/deliveries/process-event.ts';
import { mostIntegrations, timeLimitMs } from '../../shared/workflow/deployment/diagnose-deployment.ts';
import { mostAncestors } from '../../shared/workflow/environments/steps/read-ancestors.ts';
import { longestUrl } from '../../shared/workflow/integrations/integration-input.ts';
import { mostListed } from '../../shared/workflow/integrations/steps/prune-now.ts';
import { mostRelinked } from '../../shared/workflow/integrations/steps/relink-statuses.ts';
import { mostCommitAttempts } from '../../shared/workflow/mirror/steps/mirror-refs.ts';
import { pause as purgePause, repetitions } from '../../shared/workflow/projects/purge-project.ts';
import { mostAtOnce } from '../../shared/workflow/projects/steps/delete-environments.ts';
import { mostStatuses } from '../../shared/workflow/statuses/steps/resend-statuses.ts';
import { mostPosts } from '../../shared/workflow/statuses/steps/send-status.ts';
import { type Json, resourcesOf, synthesised } from '../infra/synthesised.ts';

const { json } = synthesised();
const resource = (type: string, path: string): Json =>
  resourcesOf(json, type)[path] ?? expect.unreachable(`no ${path}`);
const lambda = (name: string) => resource('AWS::Lambda::Function', `${name}/Function`);
const mapping = (name: string) =>
  Object.entries(resourcesOf(json, 'AWS::Lambda::EventSourceMapping')).find(([path]) =>
    path.startsWith(`${name}/`),
  )?.[1];
const queue = (name: string) => resource('AWS::SQS::Queue', name);
const bucketRule = (name: string) => resource('AWS::S3::Bucket', name)['LifecycleConfiguration'].Rules[0];
const project = resource('AWS::CodeBuild::Project', 'Builder/Project');
const throttle = resource('AWS::ApiGatewayV2::Stage', 'Http/DefaultStage')['DefaultRouteSettings'];

/** The JSON schemas of what the API accepts, in which zod states each limit. */
const Bounded = z.object({ properties: z.record(z.string(), z.any()) });
const fields = (schema: z.core.$ZodType) =>
  Bounded.parse(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' })).properties;
const integration = fields(NewIntegration.def.options[0]);

const number = (value: number) => value.toLocaleString('en-US');
const percent = (part: number) => `${Math.round(part * 100)} %`;

/** A size in the largest unit that divides it: MiB for powers of two, else MB. */
function bytes(value: number): string {
  const units = [
    [2 ** 30, 'GiB'],
    [2 ** 20, 'MiB'],
    [1e6, 'MB'],
  ] as const;
  const [size, unit] = units.find(([candidate]) => value % candidate === 0) ?? [1, 'bytes'];
  return `${number(value / size)} ${unit}`;
}

/** A time in the largest unit that divides it, below three of the next larger one. */
function time(seconds: number): string {
  const units = [
    [86_400, 'days'],
    [3600, 'h'],
    [60, 'min'],
    [1, 's'],
  ] as const;
  const isWhole = ([size, unit]: readonly [number, string]) =>
    seconds % size === 0 && (unit !== 'days' || seconds > 2 * size);
  const [size, unit] = units.find(isWhole) ?? [0.001, 'ms'];
  return `${number(seconds / size)} ${unit}`;
}
const kibibytes = (value: number) => `${number(value / 1024)} KiB`;
const minutes = (value: number) => time(value * 60);
const milliseconds = (value: number) => time(value / 1000);
const range = (from: string, to: string) => `${from} to ${to}`;

const ours: Record<string, string> = {
  'Body of a delivery': bytes(mostBytes),
  'Changes in a delivery': number(mostChanges),
  'Ignored changes that a response names': number(mostReasons),
  'Deliveries in the list': number(mostDeliveries),
  'Changes in the list': number(mostNotes),
  'Name of a branch in the list': bytes(longestNoted.branch),
  'Reason of a change in the list': bytes(longestNoted.because),
  'Reasons of ignored changes in the list': bytes(longestNoted.ignored),
  'Between two notes of a successful delivery': minutes(minutesBetweenRecords),
  'Between two notes of a refused delivery': minutes(minutesBetweenRefusals),
  'Between two repairs of the webhook’s secret': minutes(minutesBetweenRewrites),
  'Age of a refused delivery that still counts': minutes(relevantMinutes),
  'Requests to the API': `${throttle.ThrottlingRateLimit} per second, bursts of ${throttle.ThrottlingBurstLimit}`,

  'Wait for a limit or an outage': time(longestSeconds),
  'Pause between two tries': range(time(shortestPause), time(longestPause)),
  '`Retry-After` that is honoured': time(longestRetryAfter),
  'Attempts of an activity': number(mostAttempts),
  'Attempts of any other message': number(queue('ActivitiesQueue')['RedrivePolicy'].maxReceiveCount),
  'Starts of an activity whose runner dies': number(mostStarts),
  'Lease of a message': time(leaseSeconds),
  'Turn of a project for interrupted work': time(longestTurnSeconds),
  'Lost work is started again after': minutes(lostAfterMinutes),
  'A lost wake-up is sent again after': minutes(overdueMinutes),
  'Setbacks of one commit': number(mostOfACommit),
  'Pause after setbacks': range(minutes(firstPauseMinutes), minutes(longestPauseMinutes)),
  'Levels above an environment that are searched for data': number(mostAncestors),
  'Failed teardowns of an environment': number(mostFailedDeletions),
  'Attempts of a conditional write': number(mostConflicts),
  'Git behind its webhook': time(gitLagSeconds),
  'API behind its webhook': time(apiLagSeconds),
  'Between two attempts to stop a build': time(stopPause),
  'Environments of a deleted project that one message handles': number(mostAtOnce),
  'Purges of a deleted project': `${1 + repetitions}, ${time(purgePause)} apart`,

  'Duration of a build': `${minutes(longestOnLambda)} on Lambda compute, ${minutes(project['TimeoutInMinutes'])} in a container`,
  'Queueing of a build': minutes(project['QueuedTimeoutInMinutes']),
  'Credentials of a build': `${time(sessionSeconds(longestOnLambda))} on Lambda compute, ${time(sessionSeconds(project['TimeoutInMinutes']))} in a container`,
  'Attempts to obtain them': number(usualPauses.length + 1),
  'End of a stopped script': milliseconds(graceMilliseconds),
  'Log of an activity': bytes(longestLog),
  'Lines of a log that are stored with the ended activity': `${number(longestKeptLog)} bytes`,
  'Lines of a log that are not stored yet': `the last ${writePauses.at(-1)} s`,
  'Cache of an environment, packed': bytes(cacheLimits.packed),
  'Cache of an environment, unpacked': `${bytes(cacheLimits.unpacked)}, ${number(cacheLimits.files)} files`,
  'Restoring a cache, and storing one': `${cacheLimits.minutes} min each`,
  'Result of a build': bytes(longestResult),
  'Reason of a failure': `${number(longestReason)} characters`,
  'End of a log in an activity': `${tailLines} lines of ${number(longestTailLine)} characters`,
  'Routes of an environment': number(routeLimits.routes),
  'URL of a route': `${number(routeLimits.url)} characters`,
  'All routes together': `${number(routeLimits.characters)} characters`,
  '`.bough/config.yaml`': `${longestConfig / 1024} KiB`,
  'Rules for headers of a site': number(mostHeaderRules),
  'Value of a header': `${number(longestHeader)} characters`,
  'Headers of a site’s file, as JSON': `${number(longestHeaders)} bytes`,
  'A site’s `404.html` or `200.html`': bytes(longestPage),

  'Name of a variable': `${number(variableLimits.name)} characters`,
  'Value of a variable': kibibytes(variableLimits.value),
  'Variables of a project itself, or of an environment': number(variableLimits.count),
  'Names and values of one level together': kibibytes(variableLimits.bytes),
  'Names and values of a build together': kibibytes(variableLimits.bytes),
  'Environments above an environment that are searched': number(variableLimits.ancestors),
  'Name of an environment with variables of its own': bytes(variableLimits.environment),
  'Shortest value that is hidden in logs': `${shortestHidden} characters`,

  'Users of a site': number(accessLimits.users),
  'Name of a user': `${number(accessLimits.user)} characters`,
  'Password of a user': `${number(accessLimits.password)} characters`,
  'Rules for addresses of a site': number(accessLimits.addresses),
  'Users and rules of a site together, as published': kibibytes(accessLimits.rule),
  'Rules of sites in one write': number(mostRules),

  'Calls to Bitbucket Cloud per account': `${number(cloudCallsPerHour)} per hour`,
  'Calls of all kinds before the schedule waits': `${percent(share.schedule)} of them`,
  'Calls of the schedule itself': `${percent(scheduledShare)} of them`,
  'Lists of pull requests by the schedule per account': `${number(listsPerHour)} per hour`,
  'Repositories of an account whose pull requests are all listed within an hour': number(mostHourly),
  'Between lists of pull requests of a quiet repository above that number': time(quietMinutes * 60),
  "Between checks of a repository's identity and webhook": time(repositoryMinutes * 60),
  'Connections and secrets in memory': `${number(keptSecrets.size)} of each, for ${time(keptSecrets.ageMs / 1000)}`,
  'Consumers whose access tokens are in memory': `${number(keptTokens.size)}, for ${time(keptTokens.ageMs / 1000)}`,
  'Pause after a 429 without `Retry-After`': range(time(shortestClosure), time(longestClosure)),
  'Calls counted in memory': number(callsPerReport),
  'Calls without an answer': number(mostTimeouts),
  'Pause after them': range(time(shortestSilence), time(longestSilence)),
  'Time of one call': milliseconds(longestMs),
  'Redirects of one call': number(mostRedirects),
  'Answer of one call': bytes(longestResponse),
  'One list, all pages': [
    `${number(list.pages)} pages`,
    `${number(list.items)} items`,
    bytes(list.characters),
    minutes(list.minutes),
  ].join(', '),
  'Text of a build status': `${number(longestText)} characters`,
  'URL of a build status on Bitbucket Server': `${number(longestStatusUrl)} characters`,
  'Sendings of one changing status': number(mostPosts),
  'Undelivered statuses that a prune sends': number(mostStatuses),
  'Comments searched for Bough’s own': number(mostComments),
  'Address of a Bitbucket Server': `${number(longestUrl)} characters`,

  'Branches and tags': number(git.refs),
  'A listing of references': `${bytes(git.listing.bytes)}, ${time(git.listing.seconds)}`,
  'Objects in one fetch': `${bytes(git.pack.bytes)}, ${time(git.pack.seconds)}`,
  'Silence of a git server': milliseconds(defaultTimeoutMs),
  'Progress of a git server': `${mostLines} lines of ${longestLine} characters`,
  'Name of a branch or tag': `${number(longestBranchName)} bytes`,
  'Bundles behind the full one': `${mostBundles}, and 1 for each MiB of the full one`,
  'Bytes behind the full bundle': `${bytes(leastWaste)}, or the size of the full one`,
  'Attempts of one commit of the mirror': number(mostCommitAttempts),
  'Heads in a manifest': number(mostHeads),
  'Heads in a shard, on average': number(headsPerShard),
  "Changes in the mirror's record": bytes(mostChangeBytes),
  'A replaced bundle is kept for': time(keptHours * 3600),
  'A link to a bundle is valid for': time(validSeconds),

  'Environments deleted at once': `${defaultPruneLimit.environments}, or ${defaultPruneLimit.percent} % if that is more`,
  '`prune_limit`': `${number(integration['prune_limit'].properties.environments.maximum)}, 100 %`,
  '`prune_grace_hours`': time(integration['prune_grace_hours'].maximum * 3600),
  'Held back environments that are named': number(mostNamed),
  'Name in `environment:branch`': `${number(longestName)} bytes`,
  'Title of a pull request’s environment': `${number(longestTitle)} characters`,
  'Readable part of a machine name': `${number(longestSlug)} characters`,

  'Time of one request': time(lambda('Api')['Timeout']),
  'Time that the command waits': milliseconds(commandTimeoutMs),
  '`count` of a list': number(fields(PageQuery)['count'].maximum),
  'Activities without `count`': number(defaultCount),
  'Ended activities searched for one response': number(mostLookedAt),
  'Projects in a list of summaries': number(mostSummaries),
  'Environments that a summary counts': number(mostCounted),
  'Open activities whose environments one response reads': number(mostOwners),
  'Changed environments in a response of `/changes`': number(mostChanged),
  'Entries of the journal that a poll reads': number(mostEntries),
  'Time after a change during which polls report it again': time(settlingSeconds),
  'Age of an entity tag': time(longestMemoryHours * 3600),
  'A list in one response': `${bytes(longestList)} before compression`,
  'Part of a log in one response': bytes(longestLogPart),
  'A log behind a link': bytes(longestLinkedLog),
  'Environments on a board': number(mostEnvironments),
  'Build statuses with new links at once': number(mostRelinked),
  'A board is repeated for': time(cachedSeconds),
  'Name of an environment with a status page': `${number(longestLinkedName)} bytes`,
  'Text of a field': `${number(integration['repository'].maxLength)} characters`,
  'An id in a path': `${number(longestParameter)} bytes`,
  'Dead letters read per queue': number(mostDeadLetters),
  'Dead letters in one replay or drop': number(fields(DeadLetterIds)['ids'].maxItems),
  'Changes in a preview of a prune': number(mostShown),
  'Changes in the log of a prune': number(mostListed),
  'Integrations that `bough doctor` validates': `${mostIntegrations}, in ${milliseconds(timeLimitMs)}`,
  'Attempts to download a bundle': number(downloadAttempts),

  'Body of a request of the page': bytes(longestConsoleBody),
  'Answer that the page gets': bytes(longestConsoleAnswer),
  'Time that the console waits': milliseconds(commandTimeoutMs),
  'Headers of a request of the page': bytes(consoleLimits.headerBytes),
  'Time of these headers': milliseconds(consoleLimits.headersMs),
  'Time of such a request': milliseconds(consoleLimits.requestMs),
  'Connections to the console': number(consoleLimits.connections),
  'Idle time of a connection': milliseconds(consoleLimits.idleMs),
  'Environments on a page of the tree': number(rowsPerPage),
  'Rows that a search shows first': number(firstRows),

  'Time of the webhook': time(lambda('Webhook')['Timeout']),
  'Time of the processor': time(lambda('Processor')['Timeout']),
  'Time of an activity’s runner': time(lambda('Activities')['Timeout']),
  'Time of the scheduled prune': time(lambda('Prune')['Timeout']),
  'Memory of a function': `${lambda('Activities')['MemorySize']} MB`,
  'Activities at a time': number(mapping('Activities')?.['ScalingConfig'].MaximumConcurrency),
  'Batches of events at a time': number(mapping('Processor')?.['ScalingConfig'].MaximumConcurrency),
  'Events in a batch': number(mapping('Processor')?.['BatchSize']),
  'Connecting to AWS': milliseconds(timeouts.requestHandler.connectionTimeout),
  'A call to AWS': milliseconds(timeouts.requestHandler.requestTimeout),
  'Between two scheduled prunes': `${Settings.parse({}).pruneIntervalMinutes} min`,
  'Retries of a scheduled prune': number(
    resource('AWS::Scheduler::Schedule', 'Prune/Schedule')['Target'].RetryPolicy.MaximumRetryAttempts,
  ),

  'Messages in a work queue': time(queue('EventsQueue')['MessageRetentionPeriod'] ?? 4 * 86_400),
  'Dead letters': time(queue('EventsQueueDeadLetters')['MessageRetentionPeriod']),
  'Reasons of dead letters': time(failureDays * 86_400),
  'Ended activities': time(activityDays * 86_400),
  'Notes of deliveries': time(deliveryDays * 86_400),
  'Entries of activities in the journal': time(keptOpenDays * 86_400),
  'Other entries of the journal': time(keptChangeHours * 3600),
  'Reason of an environment’s last activity': `${lastActivityReason} characters`,
  'Logs and results of builds': time(bucketRule('Storage/Activities').ExpirationInDays * 86_400),
  Caches: time(bucketRule('Storage/Activities').ExpirationInDays * 86_400),
  'Versions of data': time(bucketRule('Storage/Data').NoncurrentVersionExpiration.NoncurrentDays * 86_400),
  'Interrupted uploads': time(
    bucketRule('Storage/Sites').AbortIncompleteMultipartUpload.DaysAfterInitiation * 86_400,
  ),
  'Logs of functions': time(Settings.parse({}).logRetentionDays * 86_400),
};

it('docs/limits.md states each limit as the code has it, and no other', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/limits.md'), 'utf8');
  const [ofBough = ''] = page.split('## Quotas of AWS');
  const rows = [...ofBough.matchAll(/^\| (?!limit \|)(\S[^|]*?) \| ([^|]*?) \|/gm)];

  expect(Object.fromEntries(rows.map(([, limit, value]) => [limit, value]))).toEqual(ours);
});
