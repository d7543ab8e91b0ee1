import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import {
  defaultRoutes,
  primaryRoute,
  type Route,
  resolveRoutes,
} from '../../shared/domain/environments/routes.ts';
import { BoughError } from '../../shared/errors.ts';
import type { BuildContext } from './build-context.ts';
import { cacheLimitsWithin } from './cache-limits.ts';
import { cloneData } from './clone-data.ts';
import { collectRoutes } from './collect-routes.ts';
import { statIfThere } from './files.ts';
import type { HeaderRules } from './header-rules.ts';
import type { Job } from './job.ts';
import { publishedUrl } from './locations.ts';
import { publishSite } from './publish-site.ts';
import { readRepositoryConfig, repositoryConfigFile } from './repository-config.ts';
import { restoreCache } from './restore-cache.ts';
import { restoreCommit } from './restore-commit.ts';
import { hasScript, runScript } from './run-script.ts';
import type { Stopwatch } from './stopwatch.ts';
import { storeCache } from './store-cache.ts';
import { withTimeLimit } from './time-limit.ts';
import { warnAboutPointers } from './warn-about-pointers.ts';

/**
 * Deploys the commit: restores it, copies data, runs `.bough/deploy` and publishes the site.
 * @returns the routes of the environment
 */
export async function deploy(context: BuildContext, timed: Stopwatch): Promise<Route[]> {
  const { job, config, log, workspace, signal } = context;
  const commit = job.BOUGH_COMMIT;
  const start = performance.now();
  if (!(await timed('restore', () => restoreCommit(context)))) {
    throw new BoughError('conflict', `The mirror does not have the commit ${commit}.`, {
      remedy: 'Push to the branch again.',
    });
  }
  const minutes = Number(config.TIMEOUT_MINUTES);
  const { build, site } = await readRepositoryConfig(workspace.checkout, {
    minutes,
    compute: config.COMPUTE,
  });
  await warnAboutPointers(context);
  const isCached = build.cache && (await hasScript(context, 'deploy'));
  const { root, cache } = await inTime(build.timeout, performance.now() - start, signal, async (limited) => {
    const steps = { ...context, signal: limited };
    limited.throwIfAborted();
    if (job.BOUGH_CLONE_DATA === 'true') await timed('data', () => cloneData(steps));
    limited.throwIfAborted();
    const restored = isCached ? await timed('cache', () => restoreCache(steps)) : null;
    limited.throwIfAborted();
    return { root: await timed('deploy', () => makeSite(steps)), cache: restored };
  });
  signal.throwIfAborted();
  const routes = await timed('publish', () => publish(context, root, site.headers));
  if (isCached) {
    const limits = cacheLimitsWithin(minutes - (performance.now() - start) / 60_000);
    await timed('cache', () => storeCache(context, cache, limits));
  }
  log.line(readyLine(routes));
  return routes;
}

/** Publishes the site. Resolves to the routes of the environment. */
async function publish(context: BuildContext, root: string, headers: HeaderRules): Promise<Route[]> {
  const { job, config, workspace } = context;
  // Routes are validated before anything is published.
  const ownUrl = publishedUrl(job, config);
  const written = await collectRoutes(workspace.routes, ownUrl);
  const files = await publishSite(context, root, headerRules(job, headers));
  return written ?? resolveRoutes(files > 0 ? defaultRoutes : {}, ownUrl);
}

/** Stops the steps at the repository's own time limit. The publication that follows is not interrupted. */
function inTime<T>(
  minutes: number | undefined,
  spent: number,
  signal: AbortSignal,
  act: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const reason = new BoughError('invalid', `The build was stopped after ${minutes} min, its build.timeout.`, {
    remedy: `Make it faster, or raise build.timeout in ${repositoryConfigFile}.`,
  });
  const left = minutes === undefined ? undefined : Math.max(minutes * 60_000 - spent, 0);
  return withTimeLimit(signal, left, reason, act);
}

/** Runs `.bough/deploy`. Resolves to the directory of the site. */
async function makeSite(context: BuildContext): Promise<string> {
  const { checkout, site } = context.workspace;
  if (await runScript(context, 'deploy')) return site;
  for (const root of [checkout, join(checkout, 'public')]) {
    if ((await statIfThere(join(root, 'index.html')))?.isFile()) return root;
  }
  throw new BoughError('invalid', 'The repository has nothing that can be deployed.', {
    remedy:
      'Add an executable .bough/deploy, or an index.html at the top of the repository or in its directory public.',
  });
}

/** A restricted environment asks search engines not to index any file, whatever the repository sets. */
function headerRules({ BOUGH_RESTRICT_ROBOTS }: Job, rules: HeaderRules): HeaderRules {
  const restriction = { for: '/*', set: { 'X-Robots-Tag': 'noindex' } };
  return BOUGH_RESTRICT_ROBOTS === 'true' ? [...rules, restriction] : rules;
}

function readyLine(routes: readonly Route[]): string {
  const primary = primaryRoute(routes);
  if (primary) return `Ready: ${primary.url}`;
  return 'Ready, without a URL: .bough/deploy put nothing into $BOUGH_SITE_DIR and wrote no upstream route to $BOUGH_ROUTES';
}
