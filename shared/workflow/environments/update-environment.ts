import { type AccessChanges, editAccess } from '../../domain/access/edit-access.ts';
import type { HashPassword, HttpAccess } from '../../domain/access/http-access.ts';
import { type EnvironmentChanges, editEnvironment } from '../../domain/environments/edit-environment.ts';
import type { Environment } from '../../domain/environments/environment.ts';
import { BoughError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Environments } from '../../ports/environments.ts';
import type { Projects } from '../../ports/projects.ts';
import type { EffectQueue } from '../../ports/queues.ts';
import { readAccess } from '../access/steps/read-access.ts';
import { retryOnConflict } from '../commit/retry-on-conflict.ts';
import { readAncestors } from './steps/read-ancestors.ts';

/** The ports of `updateEnvironment`. */
export interface UpdateEnvironmentPorts {
  projects: Pick<Projects, 'get'>;
  environments: Environments;
  effects: EffectQueue;
  clock: Clock;
  hashPassword: HashPassword;
}

/** The changes that a user requests. Access control changes in part; null inherits it from the parent. */
export type RequestedChanges = Omit<EnvironmentChanges, 'http_access'> & {
  http_access?: AccessChanges | null | undefined;
};

/**
 * Changes an environment's title, type, parent or another property. Nothing is deployed; a change of access control takes
 * effect at once.
 * @throws BoughError `not_found`; `invalid`, naming every field that is wrong; `refused`
 */
export async function updateEnvironment(
  ports: UpdateEnvironmentPorts,
  project: string,
  id: string,
  { http_access: requested, ...changes }: RequestedChanges,
): Promise<Environment> {
  const { environments, effects, clock } = ports;
  return retryOnConflict(async () => {
    const before = await environments.get(project, id);
    if (!before) throw new BoughError('not_found', `There is no environment ${id} in project ${project}.`);
    // A parent is valid when it exists, and is not below the environment.
    const others = await readAncestors(environments, project, changes.parent ?? null);
    const http_access = requested && (await changedAccess(ports, before, requested));
    const edit = editEnvironment({ ...changes, http_access }, before, others, clock.now());
    switch (edit.verdict) {
      case 'invalid':
        throw invalid(edit.fields);
      case 'refuse':
        throw new BoughError('refused', edit.because, { remedy: edit.remedy });
      case 'edit': {
        const after = edit.environment === before ? before : await save(environments, edit.environment);
        const mayMatter = requested !== undefined || (await inheritsOther(ports, before, after));
        if (mayMatter) await effects.send([{ type: 'access.publish', project, below: id }]);
        return after;
      }
    }
  });
}

async function changedAccess(
  ports: UpdateEnvironmentPorts,
  environment: Environment,
  requested: AccessChanges,
): Promise<HttpAccess> {
  const before = await readAccess(ports, environment);
  const edit = editAccess(requested, before?.access ?? null, ports.hashPassword);
  if ('fields' in edit) throw invalid(edit.fields);
  return edit.access;
}

/** True when the environment inherits another access control than before, because it has another parent. */
async function inheritsOther(
  ports: UpdateEnvironmentPorts,
  before: Environment,
  after: Environment,
): Promise<boolean> {
  if (before.parent === after.parent) return false;
  const [old, present] = await Promise.all([readAccess(ports, before), readAccess(ports, after)]);
  return old?.from !== present?.from;
}

function invalid(fields: Record<string, string>): BoughError {
  return new BoughError('invalid', 'The environment is invalid.', { fields });
}

async function save(environments: Environments, edited: Environment): Promise<Environment> {
  const environment = { ...edited, version: edited.version + 1 };
  await environments.save(environment);
  return environment;
}
