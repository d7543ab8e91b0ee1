import { createHmac, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { startBitbucketPlayground } from '../../../local/bitbucket/playground.ts';
import { inParallel } from '../../../shared/runtime/in-parallel.ts';
import { bough } from '../../support/bough-command.ts';
import { aWorkingCopy, call, eventually, freePort, startBough } from '../../support/running-bough.ts';
import { type Measured, median, type Part, percentile95 } from '../part.ts';

const repository = 'acme/website';
const user = 'demo:demo';
const concurrency = 16;

/** A running stack with a deployed repository. */
interface Running {
  apiUrl: string;
  statusesUrl: (commit: string) => string;
  project: string;
  work: Awaited<ReturnType<typeof aWorkingCopy>>;
}

/** Deliveries to the local stack. */
export const delivery: Part = {
  name: 'delivery',
  title: 'From a delivery to the build status',
  text: `The local stack runs the deployed bundles, each function in a process of its own, and the AWS stand-ins and Bitbucket on the same machine. The first lines are pushes to an active environment, one after the other: the medians of their stages. The own overhead
is the time from the push to the status "in progress", and from the end of the build to the status "successful"; the build itself is the user's. The starts of processes and the polls of queues dominate. The last lines send signed deliveries that change nothing,
${concurrency} at a time.`,
  async run({ isQuick }): Promise<Measured[]> {
    const state = await mkdtemp(join(tmpdir(), 'bough-bench-'));
    const port = await freePort();
    const playground = await startBitbucketPlayground({
      directory: join(state, 'bitbucket'),
      port: port + 3,
      consumers: [{ key: 'demo-key', secret: 'demo-secret' }],
    });
    const stack = await startBough({
      BOUGH_PORT: String(port),
      BOUGH_BITBUCKET_API_URL: playground.apiUrl,
      BOUGH_BITBUCKET_GIT_URL: playground.gitUrl,
      BOUGH_BITBUCKET_OAUTH_URL: playground.oauthUrl,
      BOUGH_STATE_DIR: state,
      BOUGH_DEMO: 'off',
      BOUGH_SCHEDULE_SECONDS: '0',
    });
    const { uuid } = await playground.createRepository(repository);
    const work = await aWorkingCopy(`${playground.url.replace('//', `//${user}@`)}/${repository}.git`);
    try {
      await work.commit({
        '.bough/deploy': '#!/bin/sh\ncp page.txt "$BOUGH_SITE_DIR/index.html"\n',
        'page.txt': '0',
      });
      await work.git('push', '--quiet', 'origin', 'main');
      const project = (await bough(stack.apiUrl, 'project:create', '--title', 'Bench')).stdout.trim();
      const options = [
        '--type',
        'bitbucket',
        '--repository',
        repository,
        '--key',
        'demo-key',
        '--secret',
        'demo-secret',
      ];
      await bough(stack.apiUrl, 'integration:add', '-p', project, ...options);
      const running: Running = {
        apiUrl: stack.apiUrl,
        statusesUrl: (commit) => `${playground.apiUrl}/repositories/${repository}/commit/${commit}/statuses`,
        project,
        work,
      };
      await deployed(running, (await work.git('rev-parse', 'HEAD')).trim());
      const stages = await measureStages(running, isQuick ? 2 : 7);
      return [...stages, ...(await measureThroughput(running, uuid, isQuick ? 50 : 500))];
    } finally {
      await stack.stop();
      await playground.stop();
      await work.remove();
      await rm(state, { recursive: true, force: true });
    }
  },
};

const Statuses = z.object({ values: z.array(z.object({ state: z.string(), updated_on: z.string() })) });

/** The time of the commit's status, when it has this state. */
async function statusAt({ statusesUrl }: Running, commit: string, state: string): Promise<number | null> {
  const { body } = await call('GET', statusesUrl(commit), undefined, user);
  const found = Statuses.parse(body).values.find((status) => status.state === state);
  return found ? Date.parse(found.updated_on) : null;
}

function deployed(running: Running, commit: string): Promise<number> {
  return eventually(`${commit} is deployed`, () => statusAt(running, commit, 'SUCCESSFUL'));
}

const Activities = z.array(
  z.object({
    created_at: z.string(),
    started_at: z.nullable(z.string()),
    completed_at: z.nullable(z.string()),
    commit: z.string().nullish(),
  }),
);

async function measureStages(running: Running, count: number): Promise<Measured[]> {
  const { apiUrl, project, work } = running;
  const stages: Record<string, number[]> = {};
  const note = (stage: string, milliseconds: number) => {
    stages[stage] = [...(stages[stage] ?? []), milliseconds];
  };
  for (let index = 1; index <= count; index += 1) {
    await work.commit({ 'page.txt': String(index) });
    const commit = (await work.git('rev-parse', 'HEAD')).trim();
    const pushed = Date.now();
    await work.git('push', '--quiet', 'origin', 'main');
    const inProgress = await eventually(
      'the status is in progress',
      async () =>
        (await statusAt(running, commit, 'INPROGRESS')) ?? (await statusAt(running, commit, 'SUCCESSFUL')),
    );
    const reported = await deployed(running, commit);
    const { body } = await call('GET', `${apiUrl}/projects/${project}/environments/main/activities?count=1`);
    const [activity] = Activities.parse(body);
    const [created, started, completed] = [
      activity?.created_at,
      activity?.started_at,
      activity?.completed_at,
    ].map((time) => Date.parse(time ?? '')) as [number, number, number];
    note('push to decision', created - pushed);
    note('decision to activity', started - created);
    note('push to the status "in progress"', inProgress - pushed);
    note('activity to its end, with the build', completed - started);
    note('end to the status "successful"', reported - completed);
    note('push to the status "successful"', reported - pushed);
  }
  const value = (stage: string) => median(stages[stage] ?? []);
  return [
    ...Object.keys(stages).map((what) => ({ what, value: value(what), unit: 'ms' })),
    {
      what: 'own overhead',
      value: (value('push to the status "in progress"') + value('end to the status "successful"')) / 1000,
      unit: 's',
      budget: 1.5,
    },
  ];
}

const Integrations = z.array(z.object({ id: z.string() }));
const HookSecret = z.object({ url: z.string(), secret: z.string() });

async function measureThroughput(
  { apiUrl, project }: Running,
  uuid: string,
  count: number,
): Promise<Measured[]> {
  const integrations = `${apiUrl}/projects/${project}/integrations`;
  const [integration] = Integrations.parse((await call('GET', integrations)).body);
  const hook = `${integrations}/${integration?.id}/hook`;
  const { secret } = HookSecret.parse((await call('POST', `${hook}-secret`)).body);
  const body = JSON.stringify({ push: { changes: [] }, repository: { uuid, full_name: repository } });
  const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
  const times: number[] = [];
  const send = async () => {
    const since = performance.now();
    const headers = {
      'content-type': 'application/json',
      'x-event-key': 'repo:push',
      'x-request-uuid': randomUUID(),
      'x-hub-signature': signature,
    };
    const response = await fetch(hook, { method: 'POST', headers, body });
    if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
    times.push(performance.now() - since);
  };
  await inParallel(Array.from({ length: concurrency }), concurrency, send);
  times.length = 0;
  const since = performance.now();
  await inParallel(Array.from({ length: count }), concurrency, send);
  const seconds = (performance.now() - since) / 1000;
  return [
    { what: 'deliveries accepted per second', value: count / seconds, unit: '' },
    { what: 'response to a delivery, median', value: median(times), unit: 'ms' },
    { what: 'response to a delivery, 95 of 100', value: percentile95(times), unit: 'ms' },
  ];
}
