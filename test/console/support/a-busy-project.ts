import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { type ApiWorld, apiWorld } from '../../support/api-world.ts';
import {
  aForkLink,
  aLink,
  anActiveEnvironment,
  anEnvironment,
  anIntegration,
  aProject,
  aPullRequestEnvironment,
  aRunningActivity,
  commit,
  start,
  theProductionEnvironment,
} from '../../support/builders.ts';

/** The id of the project of `aBusyProject`. */
export const website = 'website';

/** A world with one project whose environments have every condition. */
export async function aBusyProject(more: readonly Environment[] = []): Promise<ApiWorld> {
  const world = apiWorld();
  await world.projects.save(aProject({ id: website, title: 'Website' }));
  await world.integrations.save(anIntegration({ project: website }));
  const environments = [
    theProductionEnvironment({ protected: true }),
    anActiveEnvironment({ id: 'develop', type: 'staging' }),
    aPullRequestEnvironment({ id: 'pr-1', title: 'A better header', parent: 'develop' }),
    aPullRequestEnvironment({
      id: 'pr-2',
      title: 'Search in the shop',
      pull_request: aLink({ number: 2, source_branch: 'feature/search' }),
      head_commit: commit('B'),
      activities: [
        aRunningActivity({
          id: 'running',
          text: `Push ${commit('B').slice(0, 7)} to pr-2`,
          because: `${commit('B').slice(0, 7)} was pushed to feature/search`,
          commit: commit('B'),
        }),
      ],
    }),
    anEnvironment({ id: 'feature/search', head_commit: commit('B') }),
    anEnvironment({ id: 'feature/50%-off', head_commit: commit('C') }),
    aPullRequestEnvironment({
      id: 'pr-3',
      title: 'Checkout without an account',
      pull_request: aLink({ number: 3, source_branch: 'feature/checkout' }),
      head_commit: commit('D'),
      last_activity: {
        id: 'failed',
        type: 'environment.push',
        state: 'complete',
        result: 'failure',
        because: `${commit('D').slice(0, 7)} was pushed to feature/checkout`,
        created_at: start,
        completed_at: start,
      },
    }),
    aPullRequestEnvironment({
      id: 'pr-4',
      title: 'A fix from outside',
      status: 'inactive',
      deployment: null,
      resources: null,
      pull_request: { ...aForkLink(), number: 4 },
      head_commit: commit('E'),
    }),
    ...more,
  ];
  for (const environment of environments) await world.environments.save({ ...environment, project: website });
  return world;
}

/** The deletion of an environment that has succeeded. */
export function aFinishedDeletion(because: string) {
  const ended = { state: 'complete', result: 'success', completed_at: start } as const;
  return { ...aRunningActivity({ id: 'deletion', type: 'environment.delete', because }), ...ended };
}
