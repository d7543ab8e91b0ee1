import type { EnvironmentRow } from '../../../shared/api/environment.ts';
import { currentWait } from '../../../shared/domain/environments/current-wait.ts';
import { type Environment, shownStatus } from '../../../shared/domain/environments/environment.ts';
import type { Integration } from '../../../shared/domain/integrations/integration.ts';
import type { Project } from '../../../shared/domain/projects/project.ts';
import { gracePeriodEnd } from '../../../shared/domain/rules/grace-period.ts';
import { urlOf } from '../../../shared/domain/statuses/status-reports.ts';
import { machineNameOf } from '../../../shared/runtime/machine-name.ts';
import { isMain, pullRequestView, type Urls } from './environment.ts';

/**
 * The view of an environment in a long list.
 * @param integration the environment's integration; null after it was removed
 */
export function environmentRow(
  environment: Environment,
  integration: Integration | null,
  project: Project,
  urls: Pick<Urls, 'pullRequestUrl'>,
): EnvironmentRow {
  return {
    id: environment.id,
    name: environment.id,
    title: environment.title,
    type: environment.type,
    status: shownStatus(environment),
    parent: environment.parent,
    machine_name: machineNameOf(environment.id),
    is_main: isMain(environment, project),
    pull_request: pullRequestView({ environment, integration }, urls),
    head_commit: environment.head_commit,
    updated_at: environment.updated_at,
    primary_url: urlOf(environment),
    last_result: lastResult(environment),
    waiting: currentWait(environment, integration),
    goes_at: integration && gracePeriodEnd(environment, integration),
  };
}

function lastResult({ last_activity }: Environment): EnvironmentRow['last_result'] {
  return last_activity?.state === 'cancelled' ? 'cancelled' : (last_activity?.result ?? null);
}
