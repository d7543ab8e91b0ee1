import { expect } from 'vitest';
import * as z from 'zod';
import { describeApi } from '../../functions/api/describe-api.ts';
import type { ApiResponse } from '../../functions/api/framework/http.ts';
import type { Description, Route } from '../../functions/api/framework/route.ts';
import type { ApiPorts } from '../../functions/api/ports.ts';
import { allRoutes } from '../../functions/api/routes/all.ts';

/** The API's routes. They fail the test when a response does not match its description. */
export function describedRoutes(ports: ApiPorts): Route[] {
  return allRoutes(ports).map((route) => ({
    ...route,
    async respond(request) {
      const response = await route.respond(request);
      // A thrown assertion would become the route's error response, so the assertion is soft.
      if (response) expect.soft(undescribed(route, response), route.id).toEqual([]);
      return response;
    },
  }));
}

/** The differences between a response and the OpenAPI document. */
export function undescribed(
  route: Description,
  { statusCode = 0, body = '', headers }: ApiResponse,
): string[] {
  if (statusCode === 304) return route.isPolled || route.canBeUnmodified ? [] : ['304 is not described'];
  const type = String(headers?.['content-type']).split(';')[0] ?? '';
  const schema = schemaOf(route, statusCode, type);
  if (!schema) return [`${statusCode} ${type} is not described`];
  if (type.startsWith('text/') || type === 'application/gzip') return [];
  const documents = type === 'application/x-ndjson' ? body.split('\n').filter(Boolean) : [body];
  return documents.flatMap((text) => {
    const { error } = schema.safeParse(JSON.parse(text));
    return (error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  });
}

const schemas = new Map<string, z.ZodType | null>();

function schemaOf(route: Description, status: number, type: string): z.ZodType | null {
  const key = `${route.id} ${status} ${type}`;
  const schema = schemas.get(key) ?? readSchema(route, status, type);
  schemas.set(key, schema);
  return schema;
}

function readSchema(route: Description, status: number, type: string): z.ZodType | null {
  const { paths, components } = describeApi([route], 'https://api.example.org');
  const operations = Object.values(paths).flatMap((path) => Object.values(path));
  const schema = operations[0]?.responses[status]?.content?.[type]?.schema;
  return schema ? z.fromJSONSchema(exact({ ...schema, $defs: components.schemas })) : null;
}

/** The same schema without additional properties. */
function exact(schema: object): z.core.JSONSchema.JSONSchema {
  const text = JSON.stringify(schema).replaceAll('#/components/schemas/', '#/$defs/');
  return JSON.parse(text, (_, value) =>
    value?.type === 'object' && value.properties ? { additionalProperties: false, ...value } : value,
  );
}
