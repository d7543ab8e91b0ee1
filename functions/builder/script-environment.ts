import type { Workspace } from './build-context.ts';
import { ProjectConfig } from './config.ts';
import type { Job } from './job.ts';
import { dataUri, publishedUrl } from './locations.ts';

/**
 * The environment variables of the executables in `.bough/`: those of the deployment contract, and the builder's own
 * (such as credentials and endpoints) without the variables that are internal to the builder.
 */
export function scriptEnvironment(
  job: Job,
  config: ProjectConfig,
  workspace: Workspace,
  inherited: Record<string, string | undefined>,
): Record<string, string | undefined> {
  const internal = new Set<string>([...Object.keys(ProjectConfig.shape), 'BOUGH_PERMIT']);
  const parent = job.BOUGH_DATA_FROM_MACHINE_NAME;
  return {
    ...Object.fromEntries(Object.entries(inherited).filter(([name]) => !internal.has(name))),
    ...(config.COMPUTE === 'lambda' && ownDirectories(workspace)),
    BOUGH_PROJECT: job.BOUGH_PROJECT,
    BOUGH_ENVIRONMENT: job.BOUGH_ENVIRONMENT,
    BOUGH_ENVIRONMENT_TYPE: job.BOUGH_ENVIRONMENT_TYPE,
    BOUGH_MACHINE_NAME: job.BOUGH_MACHINE_NAME,
    BOUGH_BRANCH: job.BOUGH_BRANCH,
    BOUGH_COMMIT: job.BOUGH_COMMIT,
    BOUGH_PULL_REQUEST: job.BOUGH_PULL_REQUEST,
    BOUGH_PARENT: job.BOUGH_PARENT,
    BOUGH_RESOURCES: job.BOUGH_RESOURCES,
    BOUGH_RESTRICT_ROBOTS: job.BOUGH_RESTRICT_ROBOTS,
    BOUGH_DATA_URI: dataUri(config.DATA_BUCKET, job.BOUGH_PROJECT, job.BOUGH_MACHINE_NAME),
    BOUGH_PARENT_DATA_URI: parent && dataUri(config.DATA_BUCKET, job.BOUGH_PROJECT, parent),
    BOUGH_CACHE_DIR: workspace.cache,
    BOUGH_SITE_DIR: workspace.site,
    BOUGH_SITE_URL: publishedUrl(job, config),
    BOUGH_ROUTES: workspace.routes,
    BOUGH_VARIABLES: workspace.variables,
  };
}

/**
 * Directories in which tools can write on Lambda compute, where the usual ones are read-only. They are the build's own, so
 * their files end with it.
 */
function ownDirectories({ home, temporary }: Workspace) {
  return { HOME: home, TMPDIR: temporary };
}
