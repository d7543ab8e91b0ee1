import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** The resources of Upsun's API that ours has too. */
export type UpsunType =
  | 'AcceptedResponse'
  | 'Activity'
  | 'BitbucketIntegration'
  | 'BitbucketServerIntegration'
  | 'Deployment'
  | 'Environment'
  | 'Project';

const directory = join(import.meta.dirname, '../../../shared/openapi/upsun');

/** True where the official description is at hand. */
export const hasUpsunSchemas = existsSync(directory);

/** What is wrong with a resource by the official description. It may have more than that knows. */
export function upsunProblems(type: UpsunType, resource: unknown): string[] {
  const { error } = z.fromJSONSchema(schemaOf(type), { defaultTarget: 'openapi-3.0' }).safeParse(resource);
  return (error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
}

type Schema = Record<string, unknown>;
interface Reference {
  $ref?: string;
}

function schemaOf(type: string): Schema {
  const text = readFileSync(fileOf(type), 'utf8');
  return relaxed(
    JSON.parse(text, (_, value) => (Array.isArray(value) ? value.filter(isAtHand) : resolved(value))),
  );
}

function fileOf(type: string): string {
  return join(directory, `schema.${type}.json`);
}

function typeIn({ $ref }: Reference): string | undefined {
  return $ref?.replace('#/components/schemas/', '');
}

/** Of the kinds of routes, one is described nowhere; we have none of it. */
function isAtHand(choice: Reference | null): boolean {
  const type = typeIn(choice ?? {});
  return type === undefined || existsSync(fileOf(type));
}

function resolved(value: Reference | null): unknown {
  const type = typeIn(value ?? {});
  return type !== undefined && existsSync(fileOf(type)) ? schemaOf(type) : value;
}

/** What one pays to Upsun for is the only thing that we do not have at all. */
function relaxed({ additionalProperties: _, required, ...schema }: Schema): Schema {
  const own = Array.isArray(required) ? required.filter((name) => name !== 'subscription') : [];
  return { ...schema, required: own };
}
