import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  BatchGetBuildsCommand,
  ListBuildsForProjectCommand,
  StartBuildCommand,
  StopBuildCommand,
} from '@aws-sdk/client-codebuild';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readBuildspec } from '../../../local/aws/codebuild/buildspec.ts';
import { canConfine } from '../../../local/aws/codebuild/confine.ts';
import { isAlive } from '../processes.ts';
import { eventually, temporaryDirectory } from '../support.ts';
import { spec, startCodeBuild, variable } from './a-codebuild.ts';

const isConfined = await canConfine();

describe('the CodeBuild emulator', () => {
  it('runs a build in a copy of its source, with its variables, and emits events', async () => {
    const codebuild = await startCodeBuild(
      spec(
        'cat file.txt && echo',
        'echo "$BUCKET $MODE $EXTRA $AWS_ENDPOINT_URL_S3"',
        'echo "$CODEBUILD_BUILD_ID" "$([ "$PWD" = "$CODEBUILD_SRC_DIR" ] && echo here)"',
        'touch "$HOME/a" "$TMPDIR/b" file.txt; node --version >&2',
      ),
    );
    const started = await codebuild.start({
      environmentVariablesOverride: [variable('MODE', 'special'), variable('EXTRA', 'more')],
    });
    expect(started).toMatchObject({ buildStatus: 'IN_PROGRESS', projectName: 'builder', buildNumber: 1 });
    expect(started?.id).toMatch(/^builder:[0-9a-f-]{36}$/);
    const build = await codebuild.finished(started?.id);
    expect(build).toMatchObject({ id: started?.id, buildStatus: 'SUCCEEDED', currentPhase: 'COMPLETED' });
    expect(build.endTime).toBeInstanceOf(Date);
    expect(codebuild.output()).toEqual([
      'from the source',
      'sites special more http://s3',
      `${started?.id} here`,
      process.version,
    ]);
    expect(codebuild.lines.map(({ source }) => source)).toContain('codebuild:builder');
    expect(await readdir(join(codebuild.directory, 'work'))).toEqual([]);

    const event = await codebuild.event(started?.id, 'SUCCEEDED');
    expect(event).toMatchObject({
      source: 'aws.codebuild',
      'detail-type': 'CodeBuild Build State Change',
      account: '000000000000',
      region: 'us-east-1',
      resources: [`arn:aws:codebuild:us-east-1:000000000000:build/${started?.id}`],
      detail: {
        'build-status': 'SUCCEEDED',
        'project-name': 'builder',
        'build-id': `arn:aws:codebuild:us-east-1:000000000000:build/${started?.id}`,
        'current-phase': 'COMPLETED',
        'additional-information': {
          'build-complete': true,
          environment: {
            'environment-variables': [
              variable('BUCKET', 'sites'),
              variable('MODE', 'special'),
              variable('EXTRA', 'more'),
            ],
          },
          source: { location: 'assets/abc.zip', type: 'S3' },
        },
      },
    });
    expect(event.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(event.detail['additional-information']['build-start-time']).toMatch(
      /^\w{3} \d+, \d{4} \d+:\d\d:\d\d [AP]M$/,
    );
    expect(codebuild.events.map(({ detail }) => detail['build-status'])).toEqual([
      'IN_PROGRESS',
      'SUCCEEDED',
    ]);
  });

  it('has one writable directory on Lambda compute, which is home too, and few open files', async () => {
    const codebuild = await startCodeBuild(
      spec(
        '[ "$HOME" = "$TMPDIR" ] && echo same',
        'case $PWD in "$TMPDIR"/*) echo inside ;; esac',
        'ulimit -n',
      ),
      { environmentType: 'ARM_LAMBDA_CONTAINER' },
    );

    const started = await codebuild.start();

    expect(await codebuild.finished(started?.id)).toMatchObject({ buildStatus: 'SUCCEEDED' });
    expect(codebuild.output()).toEqual(['same', 'inside', '1024']);
  });

  it.skipIf(!isConfined)('cannot write outside of it on Lambda compute', async () => {
    const outside = '/bough-cannot-write-here';
    onTestFinished(() => rm(outside, { force: true }));
    const codebuild = await startCodeBuild(
      spec(`touch "$HOME/a" "$CODEBUILD_SRC_DIR/b" && echo inside && touch ${outside} 2>&1`),
      { environmentType: 'ARM_LAMBDA_CONTAINER' },
    );

    const started = await codebuild.start();

    expect(await codebuild.finished(started?.id)).toMatchObject({ buildStatus: 'FAILED' });
    expect(codebuild.output()).toEqual(['inside', expect.stringContaining('Read-only file system')]);
  });

  it.each([
    ['the first command that fails', spec('echo one', 'false', 'echo two'), ['one']],
    ['a list of commands that fails', spec('false && echo never', 'echo two'), []],
    ['an exit', spec('echo one', 'exit 3', 'echo two'), ['one']],
  ])('fails a build at %s', async (_, buildspec, output) => {
    const codebuild = await startCodeBuild(buildspec);
    const build = await codebuild.finished((await codebuild.start())?.id);
    expect(build.buildStatus).toBe('FAILED');
    expect(codebuild.output()).toEqual(output);
  });

  it('prefers the directories of `path` to those of PATH', async () => {
    const path = await temporaryDirectory();
    await writeFile(join(path, 'node'), '#!/bin/sh\necho "stand-in $1"\n', { mode: 0o755 });

    const codebuild = await startCodeBuild(spec('node --version'), { path });

    await codebuild.finished((await codebuild.start())?.id);
    expect(codebuild.output()).toEqual(['stand-in --version']);
  });

  it('runs all commands of the build phase in one shell', async () => {
    const codebuild = await startCodeBuild(`
version: 0.2
phases:
  install:
    runtime-versions: { nodejs: 24 }
  build:
    commands:
      - cd /
      - export SEEN=yes
      - |
        cat <<END
        here document
        END
      - echo "$SEEN $PWD"
`);
    expect((await codebuild.finished((await codebuild.start())?.id)).buildStatus).toBe('SUCCEEDED');
    expect(codebuild.output()).toEqual(['here document', 'yes /']);
  });

  it.each([
    [
      'variables',
      { env: { variables: { A: 'b' } }, phases: { build: { commands: [] } } },
      /env is not emulated/,
    ],
    [
      'commands in another phase',
      { phases: { install: { commands: [] }, build: { commands: [] } } },
      /commands/,
    ],
    ['another phase', { phases: { build: { commands: [] }, post_build: { commands: [] } } }, /post_build/],
  ])('refuses a buildspec with %s', (_, buildspec, message) => {
    expect(() => readBuildspec(JSON.stringify(buildspec))).toThrow(message);
  });

  it('starts one build per idempotency token', async () => {
    const codebuild = await startCodeBuild(spec('true'));
    const first = await codebuild.start({ idempotencyToken: 'once' });
    const second = await codebuild.start({ idempotencyToken: 'once' });
    expect(second?.id).toBe(first?.id);
    await expect(
      codebuild.start({ idempotencyToken: 'once', environmentVariablesOverride: [variable('A', 'b')] }),
    ).rejects.toMatchObject({ name: 'InvalidInputException' });
    expect((await codebuild.start({ idempotencyToken: 'twice' }))?.id).not.toBe(first?.id);
  });

  it('stops a build and its children', async () => {
    const codebuild = await startCodeBuild(spec('sleep 600 & echo "child $!"; wait'));
    const started = await codebuild.start();
    const { line } = await codebuild.line((said) => said.line.startsWith('child '));
    await codebuild.client.send(new StopBuildCommand({ id: started?.id }));
    expect((await codebuild.finished(started?.id)).buildStatus).toBe('STOPPED');
    await codebuild.event(started?.id, 'STOPPED');
    await eventually(async () => ((await isAlive(Number(line.slice(6)))) ? undefined : true));
  });

  it('kills a build that ignores SIGTERM', async () => {
    const codebuild = await startCodeBuild(spec('trap "" TERM; echo deaf; while :; do sleep 0.1; done'));
    const started = await codebuild.start();
    await codebuild.line(({ line }) => line === 'deaf');
    await codebuild.client.send(new StopBuildCommand({ id: started?.id }));
    expect((await codebuild.finished(started?.id)).buildStatus).toBe('STOPPED');
  });

  it('ends a build at its timeout', async () => {
    const codebuild = await startCodeBuild(spec('sleep 600'), { timeoutInMinutes: 0.005 });
    const started = await codebuild.start();
    expect((await codebuild.finished(started?.id)).buildStatus).toBe('TIMED_OUT');
  });

  it('queues builds over the concurrency of the project, and stops a queued one', async () => {
    const codebuild = await startCodeBuild(spec('while [ ! -e "$MODE" ]; do sleep 0.05; done'), {
      concurrency: 1,
    });
    const gate = join(codebuild.directory, 'gate');
    const wait = { environmentVariablesOverride: [variable('MODE', gate)] };
    const [first, second, third] = [
      await codebuild.start(wait),
      await codebuild.start(wait),
      await codebuild.start(wait),
    ];
    expect((await codebuild.get(first?.id))?.currentPhase).toBe('BUILD');
    expect((await codebuild.get(second?.id))?.currentPhase).toBe('QUEUED');
    await codebuild.client.send(new StopBuildCommand({ id: second?.id }));
    expect((await codebuild.finished(second?.id)).buildStatus).toBe('STOPPED');
    await writeFile(gate, '');
    expect((await codebuild.finished(third?.id)).buildStatus).toBe('SUCCEEDED');
    expect((await codebuild.finished(first?.id)).buildStatus).toBe('SUCCEEDED');
  });

  describe("when the account's quota is used up", () => {
    const refused = (builds: number) => ({
      name: 'AccountLimitExceededException',
      message: `Cannot have more than ${builds} builds in queue for the account`,
    });

    it('refuses a build until another one ends or the quota is raised', async () => {
      const codebuild = await startCodeBuild(spec('sleep 600'), { accountLimit: 1 });
      const first = await codebuild.start();
      await expect(codebuild.start()).rejects.toMatchObject(refused(1));

      await codebuild.client.send(new StopBuildCommand({ id: first?.id }));
      await codebuild.finished(first?.id);
      await codebuild.start();
      await expect(codebuild.start()).rejects.toMatchObject(refused(1));

      codebuild.codebuild.limitAccount(2);
      await codebuild.start();
      await expect(codebuild.start()).rejects.toMatchObject(refused(2));
    });

    it('refuses every build with a quota of 0', async () => {
      const codebuild = await startCodeBuild(spec('true'), { accountLimit: 0 });
      await expect(codebuild.start()).rejects.toMatchObject(refused(0));
      expect(codebuild.events).toEqual([]);
    });

    it('still answers a repeated start that was accepted before', async () => {
      const codebuild = await startCodeBuild(spec('sleep 600'), { accountLimit: 1 });
      const once = { idempotencyToken: 'once' };
      expect((await codebuild.start(once))?.id).toBe((await codebuild.start(once))?.id);
    });
  });

  it('starts another build after an idempotency token has expired', async () => {
    const codebuild = await startCodeBuild(spec('true'), { tokenMs: 0 });
    const once = { idempotencyToken: 'once' };
    expect((await codebuild.start(once))?.id).not.toBe((await codebuild.start(once))?.id);
  });

  it("lists a project's builds in pages, the newest first", async () => {
    const codebuild = await startCodeBuild(spec('true'), { accountLimit: 102 });
    const started: (string | undefined)[] = [];
    for (let count = 0; count < 102; count += 1) started.push((await codebuild.start())?.id);
    const list = (rest: object = {}) =>
      codebuild.client.send(new ListBuildsForProjectCommand({ projectName: 'builder', ...rest }));

    const first = await list();
    const second = await list({ nextToken: first.nextToken });

    expect(first.ids).toHaveLength(100);
    expect([...(first.ids ?? []), ...(second.ids ?? [])]).toEqual(started.toReversed());
    expect(second.nextToken).toBeUndefined();
    await Promise.all(started.map((id) => codebuild.client.send(new StopBuildCommand({ id }))));
  });

  it('emits STOPPED at the next start for builds that ended with the stack', async () => {
    const first = await startCodeBuild(spec('echo begun; sleep 600'));
    const { id } = (await first.start()) ?? {};
    await first.line(({ line }) => line === 'begun');
    await first.codebuild.stop();
    expect(first.events.map(({ detail }) => detail['build-status'])).toEqual(['IN_PROGRESS']);
    const second = await startCodeBuild(spec('true'), { directory: first.directory });
    await second.codebuild.resume();
    await second.event(id, 'STOPPED');
    expect((await second.get(id))?.buildStatus).toBe('STOPPED');
  });

  it('refuses what does not exist or is not emulated', async () => {
    const { client } = await startCodeBuild(spec('true'));
    const notFound = { name: 'ResourceNotFoundException' };
    await expect(client.send(new StartBuildCommand({ projectName: 'none' }))).rejects.toMatchObject(notFound);
    await expect(client.send(new StopBuildCommand({ id: 'builder:none' }))).rejects.toMatchObject(notFound);
    const answer = await client.send(new BatchGetBuildsCommand({ ids: ['builder:none'] }));
    expect(answer).toMatchObject({ builds: [], buildsNotFound: ['builder:none'] });
    await expect(
      client.send(new StartBuildCommand({ projectName: 'builder', privilegedModeOverride: true })),
    ).rejects.toMatchObject({ name: 'InvalidInputException' });
  });
});
