import { pathToFileURL } from 'node:url';
import { aCountedWorld, pullRequestsIn } from '../support/counted-world.ts';

/** The read units and the time of each part of a pull request's life, in a project with this many other environments. */
export interface PullRequestMeasure {
  environments: number;
  parts: Record<string, { read_units: number; ms: number }>;
}

/**
 * Measures the lives of a branch and of two pull requests over DynamoDB, from delivery to status and from merge to removal.
 * Git, mirrors and builds are in memory; the exchange of the build's permit is included.
 */
export async function measurePullRequests(
  sizes: readonly number[] = [10, 1000, 10_000],
): Promise<PullRequestMeasure[]> {
  const measures: PullRequestMeasure[] = [];
  for (const environments of sizes) {
    const counted = await aCountedWorld(environments);
    const parts: PullRequestMeasure['parts'] = {};
    for (const [part, run] of Object.entries(pullRequestsIn(counted))) {
      const start = performance.now();
      const { read } = await counted.unitsOf(run);
      parts[part] = { read_units: read, ms: performance.now() - start };
    }
    await counted.stop();
    measures.push({ environments, parts });
  }
  return measures;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const one of await measurePullRequests()) process.stdout.write(`${JSON.stringify(one)}\n`);
}
