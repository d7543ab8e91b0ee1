import * as z from 'zod';
import type { Accepted, DeletedProject as ProjectDeletion } from '../../shared/api/accepted.ts';
import type * as activity from '../../shared/api/activity.ts';
import type * as deadLetter from '../../shared/api/dead-letter.ts';
import type * as deployment from '../../shared/api/deployment.ts';
import type * as diagnosis from '../../shared/api/diagnosis.ts';
import type * as environment from '../../shared/api/environment.ts';
import type * as integration from '../../shared/api/integration.ts';
import type * as mirror from '../../shared/api/mirror.ts';
import type * as project from '../../shared/api/project.ts';
import type * as variable from '../../shared/api/variable.ts';

/**
 * The schema of a response of the API that has at least these fields. `shared/api` declares the fields' types.
 * Only their presence is checked here, so that values and fields of later versions are shown as they are.
 */
function response<T extends object>(...required: (keyof T & string)[]): z.ZodType<T> {
  return z.custom<T>((value) => required.every((field) => Object(value)[field] !== undefined));
}

/** A project. */
export type Project = project.Project;
/** The schema of a project. */
export const Project = response<Project>(
  'id',
  'title',
  'default_branch',
  'region',
  'status',
  'repository',
  'created_at',
);

/** An integration. */
export type Integration = integration.Integration;
/** The schema of an integration. */
export const Integration = response<Integration>(
  'id',
  'created_at',
  'updated_at',
  'type',
  'repository',
  'fetch_branches',
  'prune_branches',
  'held_back',
  'last_delivery_at',
  '_links',
);

/** The changes that a prune would make now. */
export type PrunePreview = integration.PrunePreview;
/** The schema of the preview of a prune. */
export const PrunePreview = response<PrunePreview>('counts', 'changes', 'has_more', 'held_back', 'left_out');

/** The response to the removal of an integration. */
export const RemovedIntegration = response<integration.RemovedIntegration>('webhook_error', 'environments');

/** The address of a project's board. */
export const Board = response<integration.Board>('url');

/** The address and the secret of a webhook. */
export const HookSecret = response<integration.HookSecret>('url', 'secret');

/** An environment. */
export type Environment = environment.Environment;
/** The schema of an environment. */
export const Environment = response<Environment>(
  'id',
  'title',
  'machine_name',
  'status',
  'type',
  'parent',
  'head_commit',
  'fork',
  'has_remote',
  'protected',
  'restrict_robots',
  'http_access',
  'gone_since',
  'goes_at',
  'is_pr',
  'pull_request',
  'created_at',
  'updated_at',
  '_links',
);

/** An environment in a long list. */
export type EnvironmentRow = environment.EnvironmentRow;
/** The schema of an environment in a long list. */
export const EnvironmentRow = response<environment.EnvironmentRow>('id', 'pull_request');

/** A deployment of an environment. */
export const Deployment = response<deployment.Deployment>('routes');

/** A variable of a project or an environment. */
export type Variable = variable.ProjectVariable | variable.EnvironmentVariable;
/** The schema of a variable. */
export const Variable = response<Variable>(
  'id',
  'name',
  'is_json',
  'is_sensitive',
  'visible_build',
  '_links',
);

/** The response to the deletion of a variable. */
export const DeletedVariable = response<z.infer<typeof variable.DeletedVariable>>('_embedded');

/** An activity. */
export type Activity = activity.Activity;
/** The schema of an activity. */
export const Activity = response<Activity>(
  'id',
  'type',
  'text',
  'environments',
  'state',
  'result',
  'completion_percent',
  'created_at',
  'started_at',
  'completed_at',
  'timings',
  'log',
  'payload',
  '_links',
);

/** The response to a mutation, with the resource that it created or changed. */
export function Result<Entity>(entity: z.ZodType<Entity>): z.ZodType<Pick<Accepted<Entity>, '_embedded'>> {
  return z.object({ _embedded: z.object({ entity, activities: z.array(Activity) }) });
}

/** The response to the deletion of a project. */
export const DeletedProject = response<ProjectDeletion>('webhook_errors', '_embedded');

/** One line of an activity's log. A build's script can write other lines, which commands leave out. */
export const LogLine: z.ZodType<activity.LogLine> = z.union([
  z.object({ seal: z.literal(true) }),
  z.object({ data: z.object({ timestamp: z.string(), message: z.string() }) }),
]);

/** A project's mirror. */
export type Mirror = mirror.Mirror;
/** The schema of a mirror. */
export const Mirror = response<Mirror>('default_branch', 'repository_url', 'bundles', '_links');

/** A message whose processing failed too often. */
export type DeadLetter = deadLetter.DeadLetter;
const DeadLetter = response<DeadLetter>('id', 'queue', 'type', 'project', 'sent_at', 'failure', 'body');

/** A list of dead letters. */
export const DeadLetters = z.object({ items: z.array(DeadLetter), has_more: z.boolean() });

/** The ids of dead letters that were handled, and of those that were not found. */
export const HandledDeadLetters = response<deadLetter.HandledDeadLetters>('done', 'missing');

/** The result of one check of the deployment. */
export type Check = diagnosis.Diagnosis['checks'][number];

/** The results of all checks of the deployment. */
export const Diagnosis = response<diagnosis.Diagnosis>('checks');
