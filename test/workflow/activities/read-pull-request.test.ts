import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../shared/domain/activities/activity.ts';
import type { PullRequestReading } from '../../../shared/domain/deliveries/pull-request.ts';
import { readPullRequest } from '../../../shared/workflow/activities/steps/read-pull-request.ts';
import { aPullRequest, aPullRequestEnvironment, aRunningActivity } from '../../support/builders.ts';
import { aClock, aGitHost, aRepository } from '../../support/doubles.ts';

const longAgo = '2020-01-01T00:00:00.000Z';

/** Reads a pull request with the given response of Bitbucket, some minutes after its announcement. */
function read(
  reading: PullRequestReading,
  minutes: number,
  activity: Partial<Activity> = {},
  created?: string,
) {
  const clock = aClock();
  const announced = clock.now();
  clock.pass(minutes);
  const { host } = aGitHost(aRepository());
  return readPullRequest(
    {
      host: { ...host, pullRequest: async () => reading },
      environment: aPullRequestEnvironment({ created_at: created ?? longAgo }),
      activity: aRunningActivity({ type: 'environment.push', created_at: announced, ...activity }),
      clock,
    },
    1,
  );
}

describe('a pull request that is read again', () => {
  it('is returned while open', async () => {
    const pull_request = aPullRequest();
    await expect(read({ state: 'open', pull_request }, 0)).resolves.toEqual(pull_request);
  });

  it('with a closed state has ended, at any age', async () => {
    await expect(read({ state: 'ended' }, 0)).resolves.toBeNull();
  });

  it.each([
    ['was announced just now', 0, {}, undefined],
    ['was announced some minutes ago', 14, {}, undefined],
    ['was delivered some minutes ago', 14, { created_at: longAgo, delivered_at: aClock().now() }, undefined],
    ['has an environment of that age', 14, { type: 'environment.delete' as const }, aClock().now()],
  ])('that is not found is waited for when it %s', async (_, minutes, activity, created) => {
    await expect(read({ state: 'absent' }, minutes, activity, created)).rejects.toMatchObject({
      code: 'git_host_behind',
      disposition: 'wait',
      message:
        'Bitbucket does not show pull request #1, whose environment or announcement is less than 15 minutes old.',
      retryAfter: 30,
    });
  });

  it.each([
    ['it was announced long ago', 15, {}],
    ['its end was announced', 0, { type: 'environment.delete' as const }],
    ['a user requests it', 0, { type: 'environment.redeploy' as const, requested: true }],
  ])('that is not found has ended when %s', async (_, minutes, activity) => {
    await expect(read({ state: 'absent' }, minutes, activity)).resolves.toBeNull();
  });
});
