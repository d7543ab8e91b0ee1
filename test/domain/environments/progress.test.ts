import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { progressOf } from '../../../shared/domain/environments/progress.ts';
import {
  aForkLink,
  anActiveEnvironment,
  anEnvironment,
  anIntegration,
  aPullRequestEnvironment,
  aRunningActivity,
  aWaitingActivity,
  commit,
  start,
} from '../../support/builders.ts';

const manual = anIntegration({ environment_init_resources: 'manual' });
const ended = (state: 'successful' | 'failed' | 'stopped') => ({
  build_status: { commit: commit('A'), activity: 'first', state, description: 'why', undelivered: null },
});
const delay = { because: 'No more builds.', since: start, next_try: start };

describe('the progress of an environment', () => {
  it.each<[string, Environment, string, string | null]>([
    ['a deployed one is ready', anActiveEnvironment(ended('successful')), 'ready', null],
    ['one before build statuses is ready', anActiveEnvironment(), 'ready', null],
    ['a branch without deployment is inactive', anEnvironment(), 'inactive', null],
    ['one that was never deployed is inactive', anActiveEnvironment({ deployment: null }), 'inactive', null],
    ['a failed one has the reason', anActiveEnvironment(ended('failed')), 'failed', 'why'],
    ['a stopped one has the reason', anActiveEnvironment(ended('stopped')), 'stopped', 'why'],
    [
      'a result counts no more after a deactivation',
      anEnvironment({ ...ended('failed'), resources: 'default' }),
      'inactive',
      null,
    ],
    [
      'a running deployment comes before the last result',
      anActiveEnvironment({ ...ended('failed'), activities: [aRunningActivity()] }),
      'deploying',
      'it was asked for',
    ],
    [
      'a queued deployment is being deployed',
      aPullRequestEnvironment({ activities: [aWaitingActivity()] }),
      'deploying',
      'it was asked for',
    ],
    [
      'a push to an inactive one only updates it',
      anEnvironment({ activities: [aRunningActivity()] }),
      'updating',
      'it was asked for',
    ],
    [
      'a deactivation is an update',
      anActiveEnvironment({ activities: [aRunningActivity({ type: 'environment.deactivate' })] }),
      'updating',
      'it was asked for',
    ],
    [
      'a deletion behind a running deployment counts',
      anActiveEnvironment({
        activities: [aRunningActivity(), aWaitingActivity({ type: 'environment.delete', because: 'merged' })],
      }),
      'deleting',
      'merged',
    ],
  ])('%s', (_, environment, phase, because) => {
    expect(progressOf(environment, anIntegration())).toEqual({ phase, because, delay: null });
  });

  it('waits for a limit or an outage, until the next try', () => {
    const environment = anActiveEnvironment({ activities: [aRunningActivity({ delay })] });

    expect(progressOf(environment, anIntegration())).toEqual({
      phase: 'waiting',
      because: 'No more builds.',
      delay: { since: start, next_try: start },
    });
  });

  it('waits for the approval of a commit from a fork, and for the choice of resources', () => {
    const fork = aPullRequestEnvironment({
      status: 'inactive',
      resources: null,
      deployment: null,
      pull_request: aForkLink(),
    });
    const unsized = aPullRequestEnvironment({ status: 'inactive', resources: null, deployment: null });

    expect(progressOf(fork, anIntegration())).toMatchObject({
      phase: 'waiting',
      because: expect.stringContaining('waits for approval'),
      delay: null,
    });
    expect(progressOf(unsized, manual)).toMatchObject({
      phase: 'waiting',
      because: expect.stringContaining('waits for its resources'),
    });
  });

  it('waits for nothing before it has code', () => {
    const environment = aPullRequestEnvironment({
      status: 'inactive',
      resources: null,
      deployment: null,
      head_commit: null,
    });

    expect(progressOf(environment, manual).phase).toBe('inactive');
  });
});
