import { describe, expect, it } from 'vitest';
import { codebuildBuilder } from '../../../shared/adapters/aws/builds/codebuild-builder.ts';
import { newId } from '../../../shared/runtime/ids.ts';
import { aPullRequestEnvironment, aRunningActivity, commit } from '../../support/builders.ts';
import { aBucket } from '../aws/a-bucket.ts';
import { spec, startCodeBuild } from '../aws/a-codebuild.ts';

/** An activity's build that runs until it is stopped, over CodeBuild's protocol. */
async function aBuild(...commands: string[]) {
  const [codebuild, local] = await Promise.all([startCodeBuild(spec(...commands)), aBucket()]);
  const project = newId();
  const builder = codebuildBuilder(codebuild.client, local.s3, 'builder', local.bucket, newId);
  const environment = aPullRequestEnvironment({ project });
  const begun = async () => (await codebuild.line(({ line }) => line.startsWith('builder:'))).line;
  return {
    codebuild,
    isRunning: () => builder.isRunning(project, 'a1'),
    stop: (activity = 'a1') => builder.stop(project, activity),
    start: () =>
      builder.start({
        action: 'deploy',
        environment,
        activity: aRunningActivity({ id: 'a1' }),
        commit: commit('A'),
        bundles: [],
        data_from: null,
      }),
    /** Id of the build, from its output. */
    begun,
    ended: async () => (await codebuild.finished(await begun())).buildStatus,
  };
}

describe('the build of an activity', () => {
  it('ends when it is stopped', async () => {
    const build = await aBuild('echo "$CODEBUILD_BUILD_ID"', 'sleep 600');
    await build.start();
    await build.begun();
    expect(await build.isRunning()).toBe(true);

    await build.stop();

    expect(await build.ended()).toBe('STOPPED');
    expect(await build.isRunning()).toBe(false);
  });

  it('keeps its status when it is stopped after its end', async () => {
    const build = await aBuild('echo "$CODEBUILD_BUILD_ID"');
    await build.start();
    expect(await build.ended()).toBe('SUCCEEDED');

    await build.stop();
    await build.stop();

    expect(await build.ended()).toBe('SUCCEEDED');
    expect(build.codebuild.events).toHaveLength(2);
  });

  it('can be stopped before its start, without an effect', async () => {
    const build = await aBuild('true');

    await build.stop('another');

    expect(build.codebuild.events).toEqual([]);
  });
});
