import { type EnvironmentChanges, editEnvironment } from '../../domain/environments/edit-environment.ts';
import type { Environment } from '../../domain/environments/environment.ts';
import { BoughError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Environments } from '../../ports/environments.ts';
import { retryOnConflict } from '../commit/retry-on-conflict.ts';

/** The ports of `updateEnvironment`. */
export interface UpdateEnvironmentPorts {
  environments: Environments;
  clock: Clock;
}

/**
 * Changes an environment's title, type or parent. Nothing is deployed.
 * @throws BoughError `not_found`; `invalid`, naming every field that is wrong; `refused`
 */
export async function updateEnvironment(
  { environments, clock }: UpdateEnvironmentPorts,
  project: string,
  id: string,
  changes: EnvironmentChanges,
): Promise<Environment> {
  return retryOnConflict(async () => {
    const before = await environments.get(project, id);
    if (!before) throw new BoughError('not_found', `There is no environment ${id} in project ${project}.`);
    const others = typeof changes.parent === 'string' ? await environments.listOf(project) : [];
    const edit = editEnvironment(changes, before, others, clock.now());
    switch (edit.verdict) {
      case 'invalid':
        throw new BoughError('invalid', 'The environment is invalid.', { fields: edit.fields });
      case 'refuse':
        throw new BoughError('refused', edit.because, { remedy: edit.remedy });
      case 'edit':
        return edit.environment === before ? before : save(environments, edit.environment);
    }
  });
}

async function save(environments: Environments, edited: Environment): Promise<Environment> {
  const environment = { ...edited, version: edited.version + 1 };
  await environments.save(environment);
  return environment;
}
