import type { HttpAccess } from '../access/http-access.ts';
import {
  type Environment,
  type EnvironmentType,
  isDefault,
  restrictsRobots,
  shownStatus,
} from './environment.ts';
import { titleProblem } from './title.ts';

/** The changes that a user requests to an environment. */
export interface EnvironmentChanges {
  title?: string | undefined;
  type?: EnvironmentType | undefined;
  /** Null detaches it from its parent. */
  parent?: string | null | undefined;
  protected?: boolean | undefined;
  /** Takes effect with the next deployment. */
  restrict_robots?: boolean | undefined;
  /** Null inherits the parent's. */
  http_access?: HttpAccess | null | undefined;
}

/** The result of an edit. */
export type Edit =
  | { verdict: 'edit'; environment: Environment }
  /** The problem of each invalid field. */
  | { verdict: 'invalid'; fields: Record<string, string> }
  | { verdict: 'refuse'; because: string; remedy: string };

type Relative = Pick<Environment, 'id' | 'parent'>;

/**
 * The environment with the changes; the same object when nothing changes. An edit deploys nothing, so the environment may
 * have activities.
 * @param others the new parent and its ancestors, as far as they exist
 */
export function editEnvironment(
  changes: EnvironmentChanges,
  environment: Environment,
  others: readonly Relative[],
  now: string,
): Edit {
  const { id, ...before } = environment;
  // Protection is still possible: it keeps the environment until the check right before the deletion.
  if (shownStatus(environment) === 'deleting' && !isProtectionOnly(changes)) {
    return {
      verdict: 'refuse',
      because: `The environment ${id} is being deleted.`,
      remedy: 'There is nothing left to change.',
    };
  }
  const title = changes.title?.trim() ?? before.title;
  const { type = before.type, parent = before.parent, http_access = before.http_access } = changes;
  const { protected: isProtected = before.protected } = changes;
  const problems = {
    title: changes.title === undefined ? null : titleProblem(title),
    type: typeProblem(environment, type),
    parent: parent === before.parent ? null : parentProblem(environment, parent, others),
  };
  const fields = Object.entries(problems).flatMap(([field, problem]) => (problem ? [[field, problem]] : []));
  if (fields.length > 0) return { verdict: 'invalid', fields: Object.fromEntries(fields) };
  const parent_is_chosen = isChosen(changes, environment);
  const restrict_robots = robotsSetting(changes, environment);
  const after = {
    title,
    type,
    parent,
    parent_is_chosen,
    protected: isProtected,
    restrict_robots,
    http_access,
  };
  const isSame =
    title === before.title &&
    type === before.type &&
    parent === before.parent &&
    parent_is_chosen === before.parent_is_chosen &&
    isProtected === before.protected &&
    restrict_robots === before.restrict_robots &&
    JSON.stringify(http_access) === JSON.stringify(before.http_access);
  const edited = isSame ? environment : { ...environment, ...after, updated_at: now };
  return { verdict: 'edit', environment: edited };
}

/** A pull request's environment follows its target again when a user chooses that as its parent. */
function isChosen({ parent }: EnvironmentChanges, { pull_request, parent_is_chosen }: Environment): boolean {
  if (!pull_request || parent === undefined) return parent_is_chosen;
  return parent !== pull_request.target_branch;
}

/** The value in effect is not stored again: a default stays the default. */
function robotsSetting(
  { restrict_robots: wanted }: EnvironmentChanges,
  environment: Environment,
): boolean | null {
  return wanted === undefined || wanted === restrictsRobots(environment)
    ? environment.restrict_robots
    : wanted;
}

function isProtectionOnly({ protected: isProtected, ...others }: EnvironmentChanges): boolean {
  return isProtected !== undefined && Object.values(others).every((change) => change === undefined);
}

/** The default branch's environment has the type production, and no other environment has it. */
function typeProblem(environment: Environment, type: EnvironmentType): string | null {
  if (type === environment.type) return null;
  if (type !== 'production' && !isDefault(environment)) return null;
  return "Production is the default branch's environment: bough project:info default_branch BRANCH makes another branch the default one";
}

function parentProblem(
  environment: Environment,
  parent: string | null,
  others: readonly Relative[],
): string | null {
  if (parent === null) return null;
  if (parent === environment.id) return 'An environment cannot be the parent of itself';
  const parents = new Map(others.map((other) => [other.id, other.parent]));
  if (!parents.has(parent)) return `Environment not found: ${parent}`;
  if (isDefault(environment)) return "The default branch's environment has no parent";
  return isBelow(environment.id, parent, parents)
    ? `The environment ${parent} is below ${environment.id} itself`
    : null;
}

/** True when `above` is `id` itself or one of its ancestors. */
function isBelow(above: string, id: string, parents: ReadonlyMap<string, string | null>): boolean {
  const visited = new Set<string>();
  for (let at: string | null = id; at !== null && !visited.has(at); at = parents.get(at) ?? null) {
    if (at === above) return true;
    visited.add(at);
  }
  return false;
}
