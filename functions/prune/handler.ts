import middy from '@middy/core';
import type { Effect } from '../../shared/domain/activities/effect.ts';
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

/** Integrations that are held in memory at a time. */
const pageSize = 1000;
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
    let requested = 0;
    for await (const page of pagesOf(integrations.all())) {
      for (const { items, delay } of spread(page, { size: groupSize, seconds: spreadSeconds, random })) {
        await attempt(() => effects.send(items, delay), 'prunes not requested');
        requested += items.length;
      }
    }
    log.info('prunes requested', { integrations: requested });
    if (failures.length > 0) {
      const reasons = failures.map(explain).join('; ');
      throw new AggregateError(failures, `${failures.length} failures in the scheduled prune: ${reasons}`);
    }
  });
}

async function* pagesOf(all: ReturnType<Integrations['all']>): AsyncGenerator<Effect[]> {
  let page: Effect[] = [];
  for await (const { project, id: integration } of all) {
    page.push({ type: 'integration.prune', project, integration });
    if (page.length < pageSize) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
