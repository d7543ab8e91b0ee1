/**
 * Compares Bough's mirror with `git clone --mirror && git push --mirror`, and prints the samples as JSON. Both run in turns
 * against the same servers on the same machine. `--quick` omits the largest repository and has fewer rounds.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import * as z from 'zod';
import { newId } from '../../../shared/runtime/ids.ts';
import { type Measurement, measureGit, type Program, startProgram } from './processes.ts';
import type { Comparison, Sample } from './report.ts';
import { commitOnce, createBareRepository, provideRepository, type Shape, shapes } from './repositories.ts';

const isQuick = process.argv.includes('--quick');
const root = join(import.meta.dirname, '../../..');
/** A case starts no further round after this time, which limits the duration on a slow machine. */
const longestCaseMs = 40_000;

const Servers = z.object({
  git: z.string(),
  table: z.string(),
  bucket: z.string(),
  endpoints: z.object({ dynamodb: z.string(), s3: z.string() }),
});
const Count = z.object({ requests: z.number() });
const Mirrored = z.object({ requests: z.number(), peakBytes: z.number() });

const directory = await mkdtemp(join(tmpdir(), 'bough-bench-'));
const repositories = join(directory, 'repositories');
const programs = new Set<Program>();

function start(...options: Parameters<typeof startProgram>): Program {
  const program = startProgram(...options);
  programs.add(program);
  return program;
}

/** Bundles Bough's contender into one minified file, like a Lambda function. */
async function bundleBough(): Promise<string> {
  const file = join(directory, 'bough.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'bough.ts')],
    outfile: file,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    mainFields: ['module', 'main'],
    alias: { '@aws-sdk/credential-provider-node': join(root, 'infra/env-credentials.ts') },
  });
  return file;
}

const bundle = await bundleBough();
const servers = start(join(import.meta.dirname, 'servers.ts'), [repositories, join(directory, 'state')], {
  execArgv: ['--import', 'tsx'],
});
const { git: gitUrl, table, bucket, endpoints } = Servers.parse(await servers.next());
const gitRequests = async () => Count.parse(await servers.ask({})).requests;

const startBough = () =>
  start(bundle, [], {
    env: {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
      AWS_ENDPOINT_URL_S3: endpoints.s3,
      TABLE_NAME: table,
      MIRROR_BUCKET: bucket,
    },
  });

/** Measures one mirroring by a running program. `requests` includes S3 and DynamoDB. */
async function mirror(bough: Program, repository: string, project: string): Promise<Sample> {
  const since = performance.now();
  const answer = await bough.ask({ project, url: `${gitUrl}/${repository}` });
  const { peakBytes, requests } = Mirrored.parse(answer);
  return { milliseconds: performance.now() - since, peakBytes, requests, gitRequests: await gitRequests() };
}

/** Measures one mirroring by a new process, including its start. */
async function mirrorAfresh(repository: string, project: string): Promise<Sample> {
  const since = performance.now();
  const bough = startBough();
  const sample = await mirror(bough, repository, project);
  await bough.end();
  programs.delete(bough);
  return { ...sample, milliseconds: performance.now() - since };
}

async function countingRequests(measuring: Promise<Measurement>): Promise<Sample> {
  const measurement = await measuring;
  const requests = await gitRequests();
  return { ...measurement, requests, gitRequests: requests };
}

/** Runs the contenders in rounds of alternating order, and collects the samples of each. */
async function compare(
  rounds: number,
  contenders: Record<string, () => Promise<Sample>>,
  prepare: (round: number) => Promise<void> = async () => undefined,
): Promise<Record<string, Sample[]>> {
  const samples = Object.fromEntries(Object.keys(contenders).map((name): [string, Sample[]] => [name, []]));
  const since = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    if (round > 0 && performance.now() - since > longestCaseMs) break;
    await prepare(round);
    await gitRequests();
    const entries = Object.entries(contenders);
    for (const [name, run] of round % 2 === 0 ? entries : entries.toReversed())
      samples[name]?.push(await run());
  }
  return samples;
}

async function compareFor(shape: Shape, rounds: { full: number; others: number }): Promise<Comparison[]> {
  const [source, target] = ['source.git', 'target.git'].map(
    (name) => `${shape.name.replace(' ', '-')}-${name}`,
  );
  if (!source || !target) return [];
  await provideRepository(shape, repositories, source);
  const clone = join(directory, 'clone');
  const [afresh, warm] = [newId(), newId()];
  const compared = (what: string, samples: Record<string, Sample[]>): Comparison => ({
    repository: shape.name,
    what,
    samples,
  });

  const full = await compare(
    rounds.full,
    {
      git: () =>
        countingRequests(
          measureGit(directory, [
            ['clone', '--quiet', '--mirror', `${gitUrl}/${source}`, clone],
            ['-C', clone, 'push', '--quiet', '--mirror', `${gitUrl}/${target}`],
          ]),
        ),
      bough: () => mirrorAfresh(source, newId()),
    },
    async () => {
      await rm(clone, { recursive: true, force: true });
      await rm(join(repositories, target), { recursive: true, force: true });
      await createBareRepository(repositories, target);
    },
  );

  const bough = startBough();
  await mirror(bough, source, afresh);
  await mirror(bough, source, warm);
  const update = {
    git: () =>
      countingRequests(
        measureGit(clone, [
          ['remote', 'update'],
          ['push', '--quiet', '--mirror', `${gitUrl}/${target}`],
        ]),
      ),
    'bough, new process': () => mirrorAfresh(source, afresh),
    bough: () => mirror(bough, source, warm),
  };
  const commit = await compare(rounds.others, update, (round) =>
    commitOnce(join(repositories, source), round),
  );
  const nothing = await compare(rounds.others, update);
  await bough.end();
  programs.delete(bough);
  for (const each of [clone, join(repositories, source), join(repositories, target)])
    await rm(each, { recursive: true });
  return [
    compared('full mirror', full),
    compared('one new commit', commit),
    compared('nothing to do', nothing),
  ];
}

async function end(): Promise<void> {
  await Promise.all([...programs].map((program) => program.end()));
  await rm(directory, { recursive: true, force: true });
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void end().finally(() => process.exit(1)));
}
try {
  const comparisons = [
    ...(await compareFor(shapes.small, { full: isQuick ? 2 : 5, others: isQuick ? 3 : 7 })),
    ...(await compareFor(shapes.medium, { full: isQuick ? 1 : 3, others: isQuick ? 3 : 9 })),
    ...(isQuick ? [] : await compareFor(shapes.large, { full: 2, others: 3 })),
  ];
  process.stdout.write(JSON.stringify(comparisons));
} finally {
  await end();
}
