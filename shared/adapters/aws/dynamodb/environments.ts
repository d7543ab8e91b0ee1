import * as z from 'zod/mini';
import type { Activity } from '../../../domain/activities/activity.ts';
import type { Environment } from '../../../domain/environments/environment.ts';
import { hasRelation } from '../../../domain/environments/relations.ts';
import type { Environments } from '../../../ports/environments.ts';
import { StoreConflict } from '../../../ports/store-conflict.ts';
import { inParallel } from '../../../runtime/in-parallel.ts';
import { machineNameOf } from '../../../runtime/machine-name.ts';
import { recordFinished } from './finished-activities.ts';
import { announce } from './journal.ts';
import { dynamoLinks, markOfLinks } from './links.ts';
import { EnvironmentRecord } from './records.ts';
import { collect, type Place, type Table } from './table.ts';
import { levelPrefix, variablesOf } from './variables.ts';

const prefix = 'ENVIRONMENT#';

const place = (project: string, id: string): Place => ({ pk: `PROJECT#${project}`, sk: prefix + id });

/** An environment with the mark of its stored links; an environment from before links has none. */
const LinkedRecord = z.pipe(
  z.unknown(),
  z.transform((stored) => ({
    environment: EnvironmentRecord.parse(stored),
    linked: z.object({ linked: z.exactOptional(z.string()) }).parse(stored).linked ?? null,
  })),
);

/** The number of concurrent reads of related environments, and of concurrent writes of missing links. */
const concurrency = 16;

/** Stores environments in the table, with their open activities, and links by which related environments are found. */
export function dynamoEnvironments(table: Table): Environments {
  const links = dynamoLinks(table);
  const pagesOf = (project: string, after?: string, pageSize?: number) =>
    table.query(`PROJECT#${project}`, prefix, EnvironmentRecord, {
      start: after === undefined ? undefined : prefix + after,
      pageSize,
    });
  const get = (project: string, id: string) => table.get(place(project, id), EnvironmentRecord);
  const listOf = (project: string) => collect(pagesOf(project));
  const writeHistory = async (
    { project, id }: Environment,
    finished: readonly Activity[],
    started: readonly Activity[] = [],
  ) => {
    const owner = { project, environment: id, integration: null };
    await Promise.all([recordFinished(table, owner, finished), announce(table, owner, started)]);
  };

  /** Stores an environment whose links differ from the stored one's. A link exists before the relation, and after it. */
  const saveWithLinks = async (environment: Environment, before: Environment | null, hasLinks: boolean) => {
    await links.write(environment, hasLinks ? before : null);
    const item = { ...environment, linked: markOfLinks(environment) };
    await table.save(place(environment.project, environment.id), item);
    if (before) await links.remove(before, environment);
  };

  /** Most changes leave the links as they are, which the write itself checks. */
  const save = async (environment: Environment) => {
    if (environment.version === 1) return saveWithLinks(environment, null, false);
    const own = place(environment.project, environment.id);
    const linked = markOfLinks(environment);
    try {
      await table.save(own, { ...environment, linked }, { name: 'linked', value: linked });
    } catch (error) {
      if (!(error instanceof StoreConflict)) throw error;
      const stored = await table.get(own, LinkedRecord);
      const isLost = stored?.environment.version !== environment.version - 1 || stored.linked === linked;
      if (isLost) throw error;
      await saveWithLinks(environment, stored.environment, stored.linked !== null);
    }
  };

  return {
    get,
    listOf,
    pagesOf,
    async related(project, relation, except) {
      if (!(await links.areComplete(project))) {
        const all = await listOf(project);
        return all.filter((one) => one.id !== except && hasRelation(one, relation, machineNameOf));
      }
      const ids = await collect(links.find(project, relation));
      const found = new Map<string, Environment>();
      await inParallel(ids, concurrency, async (id) => {
        const one = id === except ? null : await get(project, id);
        if (one && hasRelation(one, relation, machineNameOf)) found.set(id, one);
      });
      return ids.flatMap((id) => found.get(id) ?? []);
    },
    async relinked(project) {
      const all = await collect(table.query(`PROJECT#${project}`, prefix, LinkedRecord));
      const missing = all.filter(({ environment, linked }) => linked !== markOfLinks(environment));
      await inParallel(missing, concurrency, async (one) => {
        const { environment, linked } = one;
        const next = { ...environment, version: environment.version + 1 };
        try {
          await saveWithLinks(next, environment, linked !== null);
          one.environment = next;
        } catch (error) {
          // Another writer, which stored the links too.
          if (!(error instanceof StoreConflict)) throw error;
        }
      });
      await links.noteListing(project, missing.length > 0, new Date());
      return all.map(({ environment }) => environment);
    },
    async save(environment, finished = [], started = []) {
      const began = environment.version === 1 ? environment.activities : started;
      await writeHistory(environment, finished, began);
      await save(environment);
    },
    async remove(environment, finished = []) {
      await writeHistory(environment, finished);
      await table.remove(place(environment.project, environment.id), environment);
      const { project } = environment;
      await Promise.all([
        links.remove(environment, null),
        table.erase(variablesOf(project), levelPrefix({ project, environment })),
      ]);
    },
  };
}
