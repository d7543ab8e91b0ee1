import { type EnvironmentEvent, environmentOf } from '../deliveries/source-event.ts';
import { type Environment, willBeDeleted } from '../environments/environment.ts';

/** True when a pull request's environment is not below its target's, and no user chose its parent. */
function isElsewhere({ pull_request, parent, parent_is_chosen }: Environment, target: string): boolean {
  return pull_request !== null && !parent_is_chosen && parent !== target;
}

/** The branch whose environment must be read before the event is decided; null for none. */
export function targetToFind(event: EnvironmentEvent, environment: Environment | null): string | null {
  if (!environment || !('pull_request' in event)) return null;
  const { branch } = event.pull_request.target;
  return isElsewhere(environment, branch) ? branch : null;
}

/** True when an environment can be the parent of the environment of a pull request that targets its branch. */
export function isTarget(
  target: Environment | null,
  child: Pick<Environment, 'id' | 'integration'>,
): boolean {
  if (!target || target.pull_request || willBeDeleted(target)) return false;
  return target.integration === child.integration && target.parent !== child.id;
}

/** True when the target of an event's pull request has an environment that has to become the parent. */
export function hasTarget(event: EnvironmentEvent, known: ReadonlyMap<string, Environment>): boolean {
  const environment = known.get(environmentOf(event)) ?? null;
  const branch = targetToFind(event, environment);
  return environment !== null && branch !== null && isTarget(known.get(branch) ?? null, environment);
}

/** The environments of pull requests that have to move below the environment of their target. */
export function misplacedBelow(target: Environment, others: readonly Environment[]): Environment[] {
  return others.filter(
    (other) =>
      other.pull_request?.target_branch === target.id &&
      isElsewhere(other, target.id) &&
      isTarget(target, other),
  );
}

/**
 * A child after the deletion of its parent: it moves to the parent's parent, or to the root where that would be a cycle.
 * @param root the id of the default branch's environment; null when there is none
 */
export function withoutParent(
  child: Environment,
  deleted: Pick<Environment, 'parent'>,
  root: string | null,
  now: string,
): Environment {
  const parent = deleted.parent === child.id ? root : deleted.parent;
  return { ...child, parent, parent_is_chosen: false, updated_at: now };
}
