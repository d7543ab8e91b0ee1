import { describe, expect, it } from 'vitest';
import { currentWait } from '../../../shared/domain/environments/current-wait.ts';
import {
  aForkLink,
  anActiveEnvironment,
  anEnvironment,
  anIntegration,
  aPullRequestEnvironment,
  aRunningActivity,
  commit,
  start,
} from '../../support/builders.ts';

const integration = anIntegration();
const delay = { because: 'Bitbucket limits calls.', since: start, next_try: '2026-11-22T10:01:00.000Z' };

describe('an environment', () => {
  it('that is idle waits for nothing', () => {
    expect(currentWait(anActiveEnvironment(), integration)).toBeNull();
    expect(currentWait(anEnvironment(), integration)).toBeNull();
  });

  it('waits while its activity is delayed, and has no next try during a try', () => {
    const waiting = (next_try: string | null) =>
      anActiveEnvironment({ activities: [aRunningActivity({ delay: { ...delay, next_try } })] });

    expect(currentWait(waiting(delay.next_try), integration)).toEqual(delay);
    expect(currentWait(waiting(null), integration)).toEqual({ ...delay, next_try: null });
  });

  it.each([
    [1, 'it has failed once: the next prune tries it again', null],
    [2, 'it has failed 2 times in a row', '2026-11-22T10:10:00.000Z'],
    [4, 'it has failed 4 times in a row', '2026-11-22T10:40:00.000Z'],
  ])('pauses after %d setbacks', (count, because, next_try) => {
    const environment = anActiveEnvironment({ setbacks: { commit: commit('A'), count, at: start } });

    expect(currentWait(environment, integration)).toEqual({ because, since: start, next_try });
  });

  it('does not wait when only a user tries again', () => {
    const environment = anActiveEnvironment({ setbacks: { commit: commit('A'), count: 8, at: start } });

    expect(currentWait(environment, integration)).toBeNull();
  });

  it('from a fork waits for approval, unless forks are never built', () => {
    const environment = aPullRequestEnvironment({
      status: 'inactive',
      resources: null,
      pull_request: aForkLink(),
    });
    const never = anIntegration({ build_fork_pull_requests: 'never' });

    expect(currentWait(environment, integration)?.because).toContain('waits for approval');
    expect(currentWait(environment, never)).toBeNull();
  });

  it('waits for its resources when they are chosen by hand', () => {
    const manual = anIntegration({ environment_init_resources: 'manual' });
    const environment = aPullRequestEnvironment({ status: 'inactive', resources: null });

    expect(currentWait(environment, manual)).toMatchObject({
      because: 'pr-1 waits for its resources: bough environment:activate pr-1 --resources-init default',
      since: environment.updated_at,
    });
  });
});
