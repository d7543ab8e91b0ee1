import type { EnvironmentEvent } from '../../../domain/deliveries/source-event.ts';
import type { Environment } from '../../../domain/environments/environment.ts';
import { isTarget, misplacedBelow, targetToFind } from '../../../domain/rules/placement.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Environments } from '../../../ports/environments.ts';
import { retryOnConflict } from '../../commit/retry-on-conflict.ts';

interface Ports {
  environments: Environments;
  clock: Clock;
}

/** Whether the target's environment exists, for an event whose pull request environment has another parent. */
export async function findTarget(
  { environments }: Pick<Ports, 'environments'>,
  event: EnvironmentEvent,
  environment: Environment | null,
): Promise<boolean> {
  const branch = targetToFind(event, environment);
  if (!environment || branch === null) return false;
  return isTarget(await environments.get(environment.project, branch), environment);
}

/** Moves the environments of pull requests below the new environment of their target. Returns their ids. */
export async function gatherPullRequests(
  { environments, clock }: Ports,
  target: Environment,
): Promise<string[]> {
  const { project } = target;
  const targeting = await environments.related(project, { type: 'targets', value: target.id });
  const misplaced = misplacedBelow(target, targeting);
  for (const { id } of misplaced) {
    await retryOnConflict(async () => {
      const latest = await environments.get(project, id);
      const [child] = latest ? misplacedBelow(target, [latest]) : [];
      if (!child) return;
      const version = child.version + 1;
      await environments.save({ ...child, parent: target.id, updated_at: clock.now(), version });
    });
  }
  return misplaced.map(({ id }) => id);
}
