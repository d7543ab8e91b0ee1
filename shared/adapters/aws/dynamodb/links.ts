import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Environment } from '../../../domain/environments/environment.ts';
import { type Relation, relationsOf } from '../../../domain/environments/relations.ts';
import { machineNameOf } from '../../../runtime/machine-name.ts';
import type { Place, Table } from './table.ts';

/** The partition of the links of a project: one small item for each relation of each environment. */
export const linksOf = (project: string) => `PROJECT#${project}#LINKS`;

/** A link: the id of an environment, and the environment's version that wrote the link. */
const LinkRecord = z.object({ environment: z.string(), incarnation: z.string(), version: z.int() });

/** The record that tells whether every environment of the project has its links. */
const CompleteRecord = z.object({ complete: z.boolean(), since: z.string() });
const completion = (project: string): Place => ({ pk: linksOf(project), sk: 'COMPLETE' });

/** Functions of an earlier version, which write no links, run at most this long after their replacement. */
export const hoursOfReplacement = 1;
/** The largest number of complete projects that a process remembers. */
const mostRemembered = 10_000;

/**
 * The beginning of a link's sort key. The hash keeps the key within DynamoDB's limit; readers check the relation, so
 * equal hashes are harmless.
 */
function prefixOf({ type, value }: Relation): string {
  const hash = createHash('sha256')
    .update(JSON.stringify([type, value]))
    .digest('base64url');
  return `${hash.slice(0, 16)}:`;
}

const prefixesOf = (environment: Environment) => relationsOf(environment, machineNameOf).map(prefixOf);

/** The mark of an environment's relations, which is stored with the environment when its links are stored. */
export function markOfLinks(environment: Environment): string {
  return createHash('sha256').update(prefixesOf(environment).sort().join()).digest('base64url').slice(0, 8);
}

/** Stores and reads the links of environments. */
export function dynamoLinks(table: Pick<Table, 'get' | 'query' | 'record' | 'discard'>) {
  const place = ({ project, id }: Environment, prefix: string): Place => ({
    pk: linksOf(project),
    sk: prefix + id,
  });
  const remembered = new Set<string>();

  return {
    /** Stores the links of an environment, before the environment itself. `known` has some of them already. */
    async write(environment: Environment, known: Environment | null): Promise<void> {
      const { id, incarnation, version } = environment;
      const has = new Set(known ? prefixesOf(known) : []);
      const missing = prefixesOf(environment).filter((prefix) => !has.has(prefix));
      await Promise.all(
        missing.map((prefix) =>
          table.record(place(environment, prefix), { environment: id, incarnation, version }),
        ),
      );
    },

    /**
     * Removes the links of an environment, or those that `after` does not have. A link that another version wrote again in
     * the meantime stays. A link too many is harmless, because readers check the environment.
     */
    async remove(before: Environment, after: Environment | null): Promise<void> {
      const kept = new Set(after ? prefixesOf(after) : []);
      const gone = prefixesOf(before).filter((prefix) => !kept.has(prefix));
      await Promise.all(gone.map((prefix) => table.discard(place(before, prefix), before)));
    },

    /** The ids of the environments that have, or had, a relation, in their order. */
    async *find(project: string, relation: Relation): AsyncGenerator<string> {
      for await (const { environment } of table.query(linksOf(project), prefixOf(relation), LinkRecord))
        yield environment;
    },

    /** Whether every environment of the project has its links. */
    async areComplete(project: string): Promise<boolean> {
      if (remembered.has(project)) return true;
      // Never revoked, so an eventually consistent read can only be late.
      const stored = await table.get(completion(project), CompleteRecord, 'eventual');
      if (!stored?.complete) return false;
      if (remembered.size >= mostRemembered) remembered.clear();
      remembered.add(project);
      return true;
    },

    /**
     * Notes that each listed environment has its links. They count as complete when an earlier listing has found the same
     * long enough ago.
     * @param missing whether the listing had an environment without links
     */
    async noteListing(project: string, missing: boolean, now: Date): Promise<void> {
      const stored = await table.get(completion(project), CompleteRecord);
      if (stored?.complete) return;
      const since = missing ? null : (stored?.since ?? null);
      const complete = since !== null && now.getTime() - Date.parse(since) > hoursOfReplacement * 3_600_000;
      if (since === null || complete)
        await table.record(completion(project), { complete, since: since ?? now.toISOString() });
    },

    /** Notes that a new project, which has no environments, has all links. */
    async noteNewProject(project: string): Promise<void> {
      await table.record(completion(project), { complete: true, since: new Date().toISOString() });
    },
  };
}
