import * as z from 'zod/mini';
import type { Variable, VariableLevel } from '../../../domain/variables/variable.ts';
import type { Variables } from '../../../ports/variables.ts';
import { collect, type Place, type Table } from './table.ts';

const VariableRecord: z.ZodMiniType<Variable> = z.object({
  name: z.string(),
  value: z.nullable(z.string()),
  sealed_value: z.array(z.string()),
  bytes: z.int(),
  is_json: z.boolean(),
  is_sensitive: z.boolean(),
  is_enabled: z.boolean(),
  is_inheritable: z.boolean(),
  visible_build: z.boolean(),
  visible_forks: z.boolean(),
  incarnation: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
  version: z.int(),
});

/** The partition of a project's variables at all levels. */
export const variablesOf = (project: string) => `PROJECT#${project}#VARIABLES`;

/**
 * The beginning of the sort keys of a level. The incarnation keeps late variables of a deleted environment from a new
 * environment with its id. An id has no colon, because git forbids colons in names.
 */
export function levelPrefix({ environment }: VariableLevel): string {
  return environment ? `ENVIRONMENT#${environment.incarnation}#${environment.id}:` : 'PROJECT:';
}

function place(level: VariableLevel, name: string): Place {
  return { pk: variablesOf(level.project), sk: levelPrefix(level) + name };
}

/** Stores variables, one item for each. */
export function dynamoVariables(table: Pick<Table, 'get' | 'query' | 'save' | 'remove'>): Variables {
  return {
    get: (level, name) => table.get(place(level, name), VariableRecord),
    listOf: (level) => collect(table.query(variablesOf(level.project), levelPrefix(level), VariableRecord)),
    save: (level, variable) => table.save(place(level, variable.name), variable),
    remove: (level, variable) => table.remove(place(level, variable.name), variable),
  };
}
