import * as z from 'zod/mini';
import type { SecondStarts } from '../../../ports/activities.ts';
import { StoreConflict } from '../../../ports/store-conflict.ts';
import type { Place, Table } from './table.ts';

const TurnRecord = z.object({ activity: z.string(), until: z.string(), version: z.int() });

const place = (project: string): Place => ({ pk: `PROJECT#${project}`, sk: 'SECOND_START' });

/** Stores one item per project. The item expires, because a late runner may write it after the project was erased. */
export function dynamoSecondStarts(table: Table): SecondStarts {
  return {
    async take(project, activity, { now, until }) {
      const before = await table.get(place(project), TurnRecord);
      if (before && before.activity !== activity && before.until > now) return false;
      try {
        const version = (before?.version ?? 0) + 1;
        await table.save(place(project), { activity, until, version, expires_at: secondsOf(until) });
        return true;
      } catch (error) {
        // Another activity took the turn first.
        if (error instanceof StoreConflict) return false;
        throw error;
      }
    },
    async release(project, activity) {
      const before = await table.get(place(project), TurnRecord);
      if (before?.activity === activity) await table.remove(place(project), before);
    },
  };
}

/** Seconds since 1970, the format of DynamoDB's time to live. */
function secondsOf(time: string): number {
  return Math.ceil(Date.parse(time) / 1000);
}
