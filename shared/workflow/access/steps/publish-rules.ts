import { markOf, publishedRule, publishing } from '../../../domain/access/published-rule.ts';
import type { Environment } from '../../../domain/environments/environment.ts';
import { siteName } from '../../../domain/environments/sites.ts';
import type { Environments } from '../../../ports/environments.ts';
import type { Projects } from '../../../ports/projects.ts';
import type { SiteRules } from '../../../ports/site-rules.ts';
import { StoreConflict } from '../../../ports/store-conflict.ts';
import { retryOnConflict } from '../../commit/retry-on-conflict.ts';
import { accessReader } from './read-access.ts';

/** The ports of the publication of rules. */
export interface PublishRulesPorts {
  projects: Pick<Projects, 'get'>;
  environments: Pick<Environments, 'get' | 'save'>;
  siteRules: SiteRules;
  /** The machine name of the environment with this id. */
  machineName(environment: string): string;
}

/** The largest number of rules in one write. */
export const mostRules = 50;

/**
 * Publishes the rule of an environment's site, unless the distribution has it already: a project without access control
 * causes no call. A deployment does this first, so that a protected site is never open.
 * @param known environments that the caller has just read
 * @throws StoreConflict when other writers keep coming first
 */
export async function publishRule(
  ports: PublishRulesPorts,
  environment: Environment,
  known: readonly Environment[] = [],
): Promise<void> {
  const found = await accessReader(ports, environment.project, known)(environment);
  if (markOf(publishedRule(found?.access ?? null)) === environment.published_access) return;
  await publish(ports, environment.project, [environment.id]);
}

/**
 * Writes the rules of some environments. The version of all rules is read before the environments, and the write
 * requires it, so that a slower writer never replaces a newer rule. The mark says beforehand that a rule may change: after
 * an interruption the rule is written again.
 */
export async function publish(
  ports: PublishRulesPorts,
  project: string,
  ids: readonly string[],
): Promise<void> {
  const { environments, siteRules, machineName } = ports;
  const mark = async (id: string, published_access: string | null) => {
    const environment = await environments.get(project, id);
    if (!environment || environment.published_access === published_access) return;
    await environments.save({ ...environment, published_access, version: environment.version + 1 });
  };
  await retryOnConflict(async () => {
    for (const id of ids) await mark(id, publishing);
    const version = await siteRules.version();
    const accessTo = accessReader(ports, project);
    const read = await Promise.all(
      ids.map(async (id) => {
        const environment = await environments.get(project, id);
        if (environment && environment.published_access !== publishing)
          throw new StoreConflict(`The rule of ${id} changes.`);
        const found = environment && (await accessTo(environment));
        return { id, environment, rule: publishedRule(found?.access ?? null) };
      }),
    );
    await siteRules.write(
      version,
      new Map(read.map(({ id, rule }) => [siteName(machineName(id), project), rule])),
    );
    for (const { environment, rule } of read) {
      if (!environment) continue;
      const marked = { ...environment, published_access: markOf(rule), version: environment.version + 1 };
      await environments.save(marked);
    }
  });
}
