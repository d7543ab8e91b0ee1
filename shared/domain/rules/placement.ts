import { type EnvironmentEvent, environmentOf } from '../deliveries/source-event.ts';
import { type Environment, willBeDeleted } from '../environments/environment.ts';

/** A pull request's environment belongs under its target's, unless a user has chosen another parent. */
function isElsewhere({ pull_request, parent, parent_is_chosen }: Environment, target: string): boolean {
  return pull_request !== null && !parent_is_chosen && parent !== target;
}

/** The branch whose environment has to be looked for before the event is decided; null when none has. */
export function targetToFind(event: EnvironmentEvent, environment: Environment | null): string | null {
  if (!environment || !('pull_request' in event)) return null;
  const { branch } = event.pull_request.target;
  return isElsewhere(environment, branch) ? branch : null;
}

/** True when an environment can be the parent of a pull request's that targets its branch. */
export function isTarget(
  target: Environment | null,
  child: Pick<Environment, 'id' | 'integration'>,
): boolean {
  if (!target || target.pull_request || willBeDeleted(target)) return false;
  return target.integration === child.integration && target.parent !== child.id;
}

/** True when the state of an event has the environment of its pull request's target. */
export function hasTarget(event: EnvironmentEvent, known: ReadonlyMap<string, Environment>): boolean {
  const environment = known.get(environmentOf(event)) ?? null;
  const branch = targetToFind(event, environment);
  return environment !== null && branch !== null && isTarget(known.get(branch) ?? null, environment);
}

/** The environments of pull requests that belong under the one of their target, and are elsewhere. */
export function misplacedBelow(target: Environment, others: readonly Environment[]): Environment[] {
  return others.filter(
    (other) =>
      other.pull_request?.target_branch === target.id &&
      isElsewhere(other, target.id) &&
      isTarget(target, other),
  );
}
