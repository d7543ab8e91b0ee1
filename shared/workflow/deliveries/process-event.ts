import type { Activity } from '../../domain/activities/activity.ts';
import type { QueuedEvent } from '../../domain/deliveries/delivery.ts';
import type { Outcome } from '../../domain/deliveries/delivery-note.ts';
import { withRefusal } from '../../domain/deliveries/refused-deliveries.ts';
import {
  type EnvironmentEvent,
  environmentOf,
  type SourceEvent,
} from '../../domain/deliveries/source-event.ts';
import type { Environment } from '../../domain/environments/environment.ts';
import type { Integration } from '../../domain/integrations/integration.ts';
import type { Project } from '../../domain/projects/project.ts';
import { decide } from '../../domain/rules/decide.ts';
import type { Decision, Moment } from '../../domain/rules/decision.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Deliveries } from '../../ports/deliveries.ts';
import type { Environments } from '../../ports/environments.ts';
import type { Integrations } from '../../ports/integrations.ts';
import type { Log } from '../../ports/log.ts';
import type { Projects } from '../../ports/projects.ts';
import type { EffectQueue } from '../../ports/queues.ts';
import { StoreConflict } from '../../ports/store-conflict.ts';
import { commitDecision, runAgain } from '../commit/commit-decision.ts';
import { requestFetch, runAgainOnIntegration } from '../commit/integration-activities.ts';
import { retryOnConflict } from '../commit/retry-on-conflict.ts';
import { findTarget, gatherPullRequests } from './steps/gather-pull-requests.ts';
import { noteDelivery } from './steps/note-delivery.ts';

interface Ports {
  projects: Pick<Projects, 'get'>;
  integrations: Pick<Integrations, 'get' | 'save'>;
  environments: Environments;
  deliveries: Pick<Deliveries, 'record'>;
  effects: EffectQueue;
  clock: Clock;
  log: Log;
}

/** The fields of a log line about an event. */
type Fields = Record<string, unknown>;

/**
 * Applies one source event: reads its environment, decides, commits, sends the effects, and notes what became of it.
 * @param isRepeated true when SQS delivered the event before, so that its effects may have been lost
 */
export async function processEvent(
  ports: Ports,
  queued: QueuedEvent,
  isRepeated: boolean,
): Promise<Outcome['verdict']> {
  const { project: projectId, integration: integrationId, event, origin, delivery } = queued;
  const [project, integration] = await Promise.all([
    ports.projects.get(projectId),
    ports.integrations.get(projectId, integrationId),
  ]);
  const fields = { project: projectId, integration: integrationId, event: event.type, origin, delivery };
  if (!project || !integration || project.deletion) {
    const because = project?.deletion ? 'its project is being deleted' : 'its integration has been removed';
    return ignored(ports, fields, because).verdict;
  }
  const outcome = await applyEvent(ports, queued, { project, integration }, isRepeated, fields);
  await noteDelivery(ports, queued, outcome);
  return outcome.verdict;
}

function ignored({ log }: Ports, fields: Fields, because: string): Outcome {
  log.info('event ignored', { ...fields, because });
  return { verdict: 'ignore', because };
}

async function applyEvent(
  ports: Ports,
  { event, delivered_at }: QueuedEvent,
  { project, integration }: { project: Project; integration: Integration },
  isRepeated: boolean,
  fields: Fields,
): Promise<Outcome> {
  if (event.type === 'delivery.refused') {
    await recordRefusal(ports, integration);
    return ignored(ports, fields, 'a refused delivery changes no environment');
  }
  if (delivered_at) await recordDelivery(ports, integration, delivered_at);
  if (event.type === 'delivery.ignored') return ignored(ports, fields, 'the delivery contains no change');
  // Environments need the default branch as their root: the fetch after the first push finds it.
  if (event.type === 'repository.changed' || project.default_branch === null) {
    return requestFullFetch(ports, integration, event, isRepeated, fields);
  }
  if (event.type === 'tags.changed') return requestTags(ports, integration, fields);
  return applyToEnvironment(
    ports,
    event,
    { default_branch: project.default_branch, integration },
    delivered_at,
    isRepeated,
    fields,
  );
}

/** The repository's new name, if Bitbucket reports one. */
function newName(event: SourceEvent, { repository }: Integration): string | null {
  const name = event.type === 'repository.changed' ? event.repository : undefined;
  return name && name.toLowerCase() !== repository.toLowerCase() ? name : null;
}

/**
 * An integration's last delivery is recorded at most once in this time: the record shows only that the webhook works.
 */
export const minutesBetweenRecords = 10;

/** Records the time of the last delivery. On a conflict the other writer wins, because no rule reads the record. */
async function recordDelivery({ integrations }: Ports, integration: Integration, at: string): Promise<void> {
  const since = Date.parse(at) - Date.parse(integration.last_delivery_at ?? '');
  if (since < minutesBetweenRecords * 60_000) return;
  await saveRecord(integrations, { ...integration, last_delivery_at: at });
}

/** Records that a delivery was refused. */
async function recordRefusal({ integrations, clock }: Ports, integration: Integration): Promise<void> {
  const noted = withRefusal(integration, clock.now());
  if (noted) await saveRecord(integrations, noted);
}

async function saveRecord(integrations: Ports['integrations'], integration: Integration): Promise<void> {
  await integrations.save({ ...integration, version: integration.version + 1 }).catch((error: unknown) => {
    if (!(error instanceof StoreConflict)) throw error;
  });
}

async function requestFullFetch(
  ports: Ports,
  integration: Integration,
  event: SourceEvent,
  isRepeated: boolean,
  fields: Fields,
): Promise<Outcome> {
  const because = `Bitbucket reported ${event.type}`;
  const activity = await requestFetch(ports, integration, because, newName(event, integration));
  if (isRepeated) await runAgainOnIntegration(ports.effects, integration);
  ports.log.info('fetch requested', { ...fields, activity });
  return fetched(because, activity);
}

function fetched(because: string, activity: string | undefined): Outcome {
  return { verdict: 'fetch', because, ...(activity === undefined ? {} : { activity }) };
}

async function requestTags(
  ports: Ports,
  { project, id, fetch_branches }: Integration,
  fields: Fields,
): Promise<Outcome> {
  if (!fetch_branches) {
    return ignored(ports, fields, 'fetch-branches is off');
  }
  await ports.effects.send([{ type: 'mirror.tags', project, integration: id }]);
  ports.log.info('mirroring of tags requested', fields);
  return { verdict: 'mirror', because: 'the tags are mirrored' };
}

async function applyToEnvironment(
  ports: Ports,
  event: EnvironmentEvent,
  state: Omit<Parameters<typeof decide>[1], 'environment'>,
  delivered_at: string | undefined,
  isRepeated: boolean,
  fields: Fields,
): Promise<Outcome> {
  const { environments, effects, clock, log } = ports;
  const { integration } = state;
  const id = environmentOf(event);
  const given: Pick<Moment, 'delivered_at'> = delivered_at === undefined ? {} : { delivered_at };
  return retryOnConflict(async () => {
    const environment = await environments.get(integration.project, id);
    if (environment && integration.adopts.includes(environment.integration)) {
      const because = `${id} has not been taken over yet`;
      const activity = await requestFetch(ports, integration, because);
      log.info('fetch requested', { ...fields, environment: id, because });
      return fetched(because, activity);
    }
    const moment = { now: clock.now(), activityId: clock.activityId(), ...given };
    const has_target = await findTarget(ports, event, environment);
    const decision = decide(event, { ...state, environment, has_target }, moment);
    if (decision.verdict === 'change') await commitDecision(ports, environment, decision);
    else if (isRepeated) await runAgain(effects, environment);
    await sendConflict(ports, event, decision, integration);
    const { verdict, because } = decision;
    // The decision need not have used the id for a new activity.
    const made = verdict === 'change' && decision.environment?.activities.some(hasId(moment.activityId));
    const activity = made ? moment.activityId : undefined;
    log.info(`decided: ${verdict}`, { ...fields, environment: id, activity, because });
    if (verdict === 'change' && !environment && decision.environment) {
      await movePullRequestsBelow(ports, event, decision.environment);
    }
    return { verdict, because, ...(activity === undefined ? {} : { activity }) };
  });
}

async function sendConflict(
  { effects }: Ports,
  event: EnvironmentEvent,
  decision: Decision,
  { project, id }: Integration,
): Promise<void> {
  const isConflict = decision.verdict === 'ignore' && decision.is_name_taken === true;
  if (!isConflict || !('pull_request' in event)) return;
  const { number } = event.pull_request;
  await effects.send([{ type: 'conflict.report', project, integration: id, pull_request: number }]);
}

/** Moves pull requests below a new environment. A fetch creates many environments, and marks the targets of pull requests. */
async function movePullRequestsBelow(
  ports: Ports,
  event: EnvironmentEvent,
  made: Environment,
): Promise<void> {
  if (event.type !== 'branch.pushed' || (event.mirrored && !event.is_target)) return;
  const moved = await gatherPullRequests(ports, made);
  if (moved.length === 0) return;
  const { project, id: environment } = made;
  await ports.effects.send(moved.map((below) => ({ type: 'access.publish', project, below })));
  ports.log.info('pull requests moved below their target', { project, environment, moved });
}

function hasId(id: string) {
  return (activity: Activity) => activity.id === id;
}
