import middy from '@middy/core';
import type { Effect } from '../../shared/domain/activities/effect.ts';
import { accountNameOf } from '../../shared/domain/integrations/api-checks.ts';
import { spread } from '../../shared/domain/integrations/spread.ts';
import { explain } from '../../shared/errors.ts';
import type { Integrations } from '../../shared/ports/integrations.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { EffectQueue } from '../../shared/ports/queues.ts';

interface Ports {
  integrations: Pick<Integrations, 'all'>;
  effects: EffectQueue;
  /** Resumes the deletions of projects. */
  resume: () => Promise<void>;
  log: Log;
  random: () => number;
  /** The window over which prunes are spread. */
  spreadSeconds: number;
}

/** Messages that one call to SQS takes. */
const groupSize = 10;

/**
 * Sends one message per integration: a Bitbucket that never answers delays its own integration only.
 * A failure stops no other work, and still fails the invocation, which Lambda then repeats.
 */
export function createHandler({ integrations, effects, resume, log, random, spreadSeconds }: Ports) {
  return middy<unknown, void>().handler(async () => {
    const failures: unknown[] = [];
    const attempt = async (task: () => Promise<void>, message: string) => {
      try {
        await task();
      } catch (error) {
        log.error(message, { error });
        failures.push(error);
      }
    };
    await attempt(resume, 'deletions not resumed');
    const prunes = await prunesOf(integrations.all());
    for (const { items, delay } of spread(prunes, { size: groupSize, seconds: spreadSeconds, random }))
      await attempt(() => effects.send(items, delay), 'prunes not requested');
    log.info('prunes requested', { integrations: prunes.length });
    if (failures.length > 0) {
      const reasons = failures.map(explain).join('; ');
      throw new AggregateError(failures, `${failures.length} failures in the scheduled prune: ${reasons}`);
    }
  });
}

/** Each prune knows how many integrations share the calls of its account. Only their ids are held in memory. */
async function prunesOf(all: ReturnType<Integrations['all']>): Promise<Effect[]> {
  const found: { project: string; integration: string; account: string }[] = [];
  const peersOf = new Map<string, number>();
  for await (const one of all) {
    const account = accountNameOf(one);
    found.push({ project: one.project, integration: one.id, account });
    peersOf.set(account, (peersOf.get(account) ?? 0) + 1);
  }
  return found.map(({ account, ...target }) => ({
    type: 'integration.prune',
    ...target,
    peers: peersOf.get(account) ?? 0,
  }));
}
