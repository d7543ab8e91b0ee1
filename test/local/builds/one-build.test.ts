import {
  BatchGetBuildsCommand,
  CodeBuildClient,
  ListBuildsForProjectCommand,
  StopBuildCommand,
} from '@aws-sdk/client-codebuild';
import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { codebuildBuilder } from '../../../shared/adapters/aws/builds/codebuild-builder.ts';
import { newId, newSecret } from '../../../shared/runtime/ids.ts';
import { aPullRequestEnvironment, aRunningActivity, commit } from '../../support/builders.ts';
import { aBucket } from '../aws/a-bucket.ts';
import { spec, startCodeBuild } from '../aws/a-codebuild.ts';
import { aws } from '../support.ts';

/** The call to AWS at which a runner ends: before the call, or after its effect. */
interface Death {
  call: number;
  when: 'before' | 'after';
}

/** A builder whose builds run until they are stopped, on a CodeBuild whose idempotency tokens expire at once. */
async function aProject(options: { accountLimit?: number } = {}) {
  const [codebuild, bucket] = await Promise.all([
    startCodeBuild(spec('sleep 600'), { tokenMs: 0, concurrency: 1, ...options }),
    aBucket(),
  ]);
  const project = newId();

  /** A runner of activities; `calls` counts its calls to AWS. */
  function aRunner(death?: Death) {
    const client = new CodeBuildClient({ ...aws, endpoint: codebuild.endpoint, maxAttempts: 1 });
    const s3 = new S3Client({ ...aws, endpoint: bucket.endpoint, forcePathStyle: true, maxAttempts: 1 });
    onTestFinished(() => client.destroy());
    onTestFinished(() => s3.destroy());
    let calls = 0;
    const mortal = async <T>(call: () => Promise<T>): Promise<T> => {
      const isLast = calls === death?.call;
      if (death && (calls > death.call || (isLast && death.when === 'before')))
        throw new Error('It is dead.');
      calls += 1;
      const answer = await call();
      if (isLast) throw new Error('It has died.');
      return answer;
    };
    const order = { step: 'initialize' as const };
    client.middlewareStack.add((next) => (args) => mortal(() => next(args)), order);
    s3.middlewareStack.add((next) => (args) => mortal(() => next(args)), order);
    const builder = codebuildBuilder(client, s3, 'builder', bucket.bucket, newSecret);
    return {
      ...builder,
      calls: () => calls,
      start: ({ activity = 'a1', head = 'A', parent = 'main' } = {}) =>
        builder.start({
          action: 'deploy',
          environment: aPullRequestEnvironment({ project, parent }),
          activity: aRunningActivity({ id: activity }),
          commit: commit(head),
          bundles: [],
          data_from: null,
        }),
    };
  }

  const builds = async (activity = 'a1') => {
    const { ids = [] } = await codebuild.client.send(
      new ListBuildsForProjectCommand({ projectName: 'builder' }),
    );
    const { builds: found = [] } = await codebuild.client.send(new BatchGetBuildsCommand({ ids }));
    return found.filter(({ environment }) =>
      environment?.environmentVariables?.some(({ value }) => value === activity),
    );
  };
  return { project, codebuild, aRunner, builds };
}

/** Number of calls of an undisturbed start. */
async function callsOfAStart(): Promise<number> {
  const { aRunner } = await aProject();
  const runner = aRunner();
  await runner.start();
  return runner.calls();
}

describe('an activity whose runner ends while it starts the build', () => {
  it('has one build, whichever call was the last, and however long ago', async () => {
    const deaths = Array.from({ length: await callsOfAStart() }, (_, call) => [
      { call, when: 'before' as const },
      { call, when: 'after' as const },
    ]).flat();
    expect(deaths.length).toBeGreaterThan(8);

    const { project, aRunner, builds } = await aProject();
    for (const death of deaths) {
      const activity = `dies-${death.when}-${death.call}`;
      await expect(aRunner(death).start({ activity }), activity).rejects.toThrow('It ');

      await aRunner().start({ activity, head: 'B', parent: 'develop' });
      await aRunner().start({ activity, head: 'C' });

      expect(await builds(activity), activity).toHaveLength(1);
      expect(await aRunner().isRunning(project, activity), activity).toBe(true);
    }
  });

  it('has one build when the next runner ends as well', async () => {
    const calls = await callsOfAStart();
    const { aRunner, builds } = await aProject();
    for (let call = 0; call < calls + 2; call += 1) {
      const activity = `dies-again-${call}`;
      // The build has started, but its id is not recorded.
      const unnoted = aRunner({ call: calls - 2, when: 'after' });
      await expect(unnoted.start({ activity })).rejects.toThrow('It has died.');
      await aRunner({ call, when: 'after' })
        .start({ activity })
        .catch(() => undefined);

      await aRunner().start({ activity });

      expect(await builds(activity), activity).toHaveLength(1);
    }
  });

  it('can be stopped, and has its commit, without a recorded build', async () => {
    const { project, codebuild, aRunner, builds } = await aProject();
    await expect(aRunner({ call: (await callsOfAStart()) - 2, when: 'after' }).start()).rejects.toThrow(
      'It has died.',
    );

    expect(await aRunner().startedFor(project, 'a1')).toBe(commit('A'));
    await aRunner().stop(project, 'a1');

    const [build] = await builds();
    expect((await codebuild.finished(build?.id)).buildStatus).toBe('STOPPED');
  });

  it('does not get the build of another activity', async () => {
    const { aRunner, builds } = await aProject();
    await aRunner().start({ activity: 'another' });
    const death = { call: (await callsOfAStart()) - 2, when: 'before' as const };
    await expect(aRunner(death).start()).rejects.toThrow('It is dead.');

    await aRunner().start();

    expect(await builds()).toHaveLength(1);
    expect(await builds('another')).toHaveLength(1);
  });
});

it('a build whose end was not reported is followed by another one at once', async () => {
  const codebuild = await startCodeBuild(spec('[ "$BOUGH_COMMIT" = x ] || sleep 600'));
  const { s3, bucket } = await aBucket();
  const builder = codebuildBuilder(codebuild.client, s3, 'builder', bucket, newSecret);
  const start = () =>
    builder.start({
      action: 'deploy',
      environment: aPullRequestEnvironment(),
      activity: aRunningActivity({ id: 'a1' }),
      commit: commit('A'),
      bundles: [],
      data_from: null,
    });
  const ids = async () =>
    (await codebuild.client.send(new ListBuildsForProjectCommand({ projectName: 'builder' }))).ids ?? [];
  await start();
  const [first] = await ids();
  await codebuild.client.send(new StopBuildCommand({ id: first }));
  await codebuild.finished(first);

  await start();
  await start();

  expect(await ids()).toHaveLength(2);
});

describe('an activity over the quota of builds', () => {
  it('waits, and has one build after the quota allows it', async () => {
    const { project, codebuild, aRunner, builds } = await aProject({ accountLimit: 0 });
    for (let tries = 0; tries < 3; tries += 1) {
      await expect(aRunner().start()).rejects.toMatchObject({ code: 'account_limit', disposition: 'wait' });
    }
    expect(await aRunner().isRunning(project, 'a1')).toBe(false);

    codebuild.codebuild.limitAccount(1);
    await aRunner().start();

    expect(await builds()).toHaveLength(1);
  });
});
