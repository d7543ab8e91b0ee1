import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** The resources of Upsun's API that ours has too. */
export type UpsunType =
  | 'AcceptedResponse'
  | 'Activity'
  | 'BitbucketIntegration'
  | 'BitbucketServerIntegration';

const directory = join(import.meta.dirname, '../../../shared/openapi/upsun');

/** True where the official description is at hand. */
export const hasUpsunSchemas = existsSync(directory);

/** What is wrong with a resource by the official description. It may have more than that knows. */
export function upsunProblems(type: UpsunType, resource: unknown): string[] {
  const text = readFileSync(join(directory, `schema.${type}.json`), 'utf8');
  const { error } = z
    .fromJSONSchema(relaxed(JSON.parse(text)), { defaultTarget: 'openapi-3.0' })
    .safeParse(resource);
  return (error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
}

function relaxed({ additionalProperties: _, ...schema }: Record<string, unknown>): Record<string, unknown> {
  return schema;
}
