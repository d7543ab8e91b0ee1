import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

/** The resources that both Upsun's API and Bough's have. */
export type UpsunType =
  | 'AcceptedResponse'
  | 'Activity'
  | 'BitbucketIntegration'
  | 'BitbucketServerIntegration'
  | 'Deployment'
  | 'Environment'
  | 'Project';

const directory = join(import.meta.dirname, '../../../shared/openapi/upsun');

/** True when the official description is available. */
export const hasUpsunSchemas = existsSync(directory);

/** The violations of the official description by a resource. Additional properties are allowed. */
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

/** False for a kind of route that has no description; Bough has no such routes. */
function isAtHand(choice: Reference | null): boolean {
  const type = typeIn(choice ?? {});
  return type === undefined || existsSync(fileOf(type));
}

function resolved(value: Reference | null): unknown {
  const type = typeIn(value ?? {});
  return type !== undefined && existsSync(fileOf(type)) ? schemaOf(type) : value;
}

/** The schema without `subscription`, Upsun's payment data, and with additional properties allowed. */
function relaxed({ additionalProperties: _, required, ...schema }: Schema): Schema {
  const own = Array.isArray(required) ? required.filter((name) => name !== 'subscription') : [];
  return { ...schema, required: own };
}
