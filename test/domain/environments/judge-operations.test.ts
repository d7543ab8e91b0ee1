import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { judgeOperations } from '../../../shared/domain/environments/judge-operations.ts';
import type { Integration } from '../../../shared/domain/integrations/integration.ts';
import {
  aForkLink,
  anActiveEnvironment,
  anEnvironment,
  anIntegration,
  aPullRequestEnvironment,
  aRunningActivity,
  theProductionEnvironment,
} from '../../support/builders.ts';

const main = theProductionEnvironment();

/** The operations that are possible now; the tests of each rule cover the decisions. */
const offered = (
  environment: Environment,
  {
    integration = anIntegration(),
    data_source = main,
  }: { integration?: Integration | null; data_source?: Environment | null } = {},
) =>
  Object.entries(judgeOperations({ environment, integration, data_source }))
    .flatMap(([operation, refusal]) => (refusal ? [] : [operation]))
    .sort()
    .join(' ');

describe('the operations on an environment', () => {
  it.each([
    ['an active one', anActiveEnvironment(), 'branch deactivate edit redeploy synchronize'],
    ['one that is asleep', anEnvironment(), 'activate branch edit'],
    ["the default branch's", main, 'branch edit redeploy'],
    ["one that only waits for its branch's first commit", anEnvironment({ head_commit: null }), 'edit'],
    ['one that is busy', anActiveEnvironment({ activities: [aRunningActivity()] }), 'branch edit'],
    [
      'one that is on its way out',
      anActiveEnvironment({ activities: [aRunningActivity({ type: 'environment.delete' })] }),
      'branch',
    ],
    [
      'one that the repository does not know',
      anActiveEnvironment({ has_remote: false }),
      'branch deactivate delete edit redeploy synchronize',
    ],
    [
      'one that could not be taken down',
      anEnvironment({ failed_deletions: 1 }),
      'activate branch delete edit',
    ],
    [
      'one of code from a fork that waits for approval',
      aPullRequestEnvironment({ status: 'inactive', pull_request: aForkLink() }),
      'activate edit',
    ],
  ])('that is %s', (_, environment, expected) => {
    expect(offered(environment)).toBe(expected);
  });

  it('when nothing above it has data: no synchronizing', () => {
    expect(offered(anActiveEnvironment(), { data_source: null })).toBe('branch deactivate edit redeploy');
  });

  it('without its integration: deactivation, deletion and edits only', () => {
    expect(offered(anActiveEnvironment(), { integration: null })).toBe('deactivate delete edit');
  });

  it('when forks are never built: not to activate one', () => {
    const fork = aPullRequestEnvironment({ status: 'inactive', pull_request: aForkLink() });
    const integration = anIntegration({ build_fork_pull_requests: 'never' });

    expect(offered(fork, { integration })).toBe('edit');
  });
});
