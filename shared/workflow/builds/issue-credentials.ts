import { running } from '../../domain/activities/activity.ts';
import type { IssuedBuild } from '../../domain/builds/build.ts';
import { BoughError } from '../../errors.ts';
import type { BuildPermits, EnvironmentRights } from '../../ports/builder.ts';
import type { Environments } from '../../ports/environments.ts';
import type { Integrations } from '../../ports/integrations.ts';
import { nameCollisionOf } from '../environments/steps/name-collision.ts';
import { type OpenVariablesPorts, openVariables } from '../variables/steps/open-variables.ts';

/** The ports of `issueCredentials`. */
export interface IssueCredentialsPorts extends OpenVariablesPorts {
  environments: Pick<Environments, 'get' | 'related'>;
  integrations: Pick<Integrations, 'get'>;
  /** The machine name of the environment with this id. */
  machineName(environment: string): string;
  permits: BuildPermits;
  rights: EnvironmentRights;
}

interface Claim {
  project: string;
  activity: string;
  permit: string;
}

/**
 * Exchanges a build's permit for credentials that can access its environment's own resources only, and for the variables
 * of its scripts. The permit is valid while the activity runs.
 * @throws BoughError `permit_refused`
 */
export async function issueCredentials(
  ports: IssueCredentialsPorts,
  { project, activity, permit }: Claim,
): Promise<IssuedBuild> {
  const { environments, integrations, permits, rights } = ports;
  const scope = await permits.scopeOf(project, activity, permit);
  if (!scope) throw refused('It is not this activity’s permit.');
  const environment = await environments.get(project, scope.environment);
  if (!environment || running(environment.activities)?.id !== activity)
    throw refused('The activity does not run.');
  if (await nameCollisionOf(ports, environment)) throw refused('Another environment has its machine name.');
  const integration = await integrations.get(project, environment.integration);
  const session = {
    ...scope,
    environment_type: environment.type,
    repository: integration?.repository ?? null,
  };
  const [credentials, variables] = await Promise.all([
    rights.issue(session),
    openVariables(ports, environment),
  ]);
  return { ...credentials, variables };
}

function refused(because: string): BoughError {
  return new BoughError('permit_refused', because);
}
