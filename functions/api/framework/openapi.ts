import * as z from 'zod/mini';
import * as resources from '../../../shared/api/resources.ts';
import * as inputs from '../inputs.ts';
import type { Description, Schema } from './route.ts';

type Json = z.core.JSONSchema.BaseSchema;

/**
 * The OpenAPI 3.1 document of routes. Its schemas are made from those that parse what is sent,
 * so that it cannot say anything else than what is taken.
 * @param url the API's public base URL
 */
export function openApiDocument(routes: readonly Description[], url: string) {
  const schemas = collector();
  const paths: Record<string, Record<string, ReturnType<typeof operation>>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll('+}', '}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, schemas.refer) };
  }
  const failure = schemas.refer(resources.Failure);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Bough: the management API',
      version: '1',
      description:
        'Projects, their integrations with Bitbucket, their environments and what is done with them. ' +
        'A resource’s `_links` lead on: a `#operation` is there exactly when it can be done now.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url }],
    security: [{ SigV4: [] }],
    tags: [...new Set(routes.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      schemas: schemas.named,
      responses: {
        Forbidden: { description: 'IAM does not let the caller do this, or Bitbucket does not let Bough' },
        Failure: {
          description: 'What went wrong, and what to do about it',
          content: { 'application/json': { schema: failure } },
        },
      },
      securitySchemes: {
        SigV4: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description:
            'AWS Signature Version 4 for the service `execute-api`, by whoever IAM lets invoke the API',
          'x-amazon-apigateway-authtype': 'awsSigv4',
        },
      },
    },
  };
}

function operation(route: Description, refer: Refer) {
  const { id, summary, query, body, isOpen = false } = route;
  return {
    operationId: id,
    summary,
    tags: [tagOf(route)],
    ...(isOpen && { security: [] }),
    parameters: [...pathParameters(route.path), ...queryParameters(query)],
    ...(body && { requestBody: requestBody(body, refer) }),
    responses: responses(route, refer),
  };
}

/** Of a template, `{name}` and `{name+}`. */
function pathParameters(path: string) {
  return [...path.matchAll(/\{(\w+)(\+?)\}/g)].map(([, name, many]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
    ...(many && { description: 'Percent-encoded. Slashes may stay what they are.' }),
  }));
}

function queryParameters(query: Schema | undefined) {
  const { properties = {} }: Json = query ? jsonSchema(query) : {};
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }));
}

function requestBody(body: Schema, refer: Refer) {
  // A call without a body is one with an empty object.
  const required = !body.safeParse({}).success;
  return { required, content: { 'application/json': { schema: refer(body) } } };
}

interface Response {
  $ref?: string;
  description?: string | undefined;
  content?: Record<string, { schema: Json }>;
}

function responses(
  { method, path, answers, failures, media = 'application/json', isOpen }: Description,
  refer: Refer,
): Record<string, Response> {
  const described: Record<string, Response> = {};
  for (const [status, schema] of Object.entries({ ...answers, ...failures }))
    described[status] = { description: meanings[status], content: { [media]: { schema: refer(schema) } } };
  // What is open tells errors in its own way.
  if (isOpen) return described;
  const usual = [400, ...(path.includes('{') ? [404] : []), ...(method === 'GET' ? [] : [409]), 'default'];
  const failure = { $ref: '#/components/responses/Failure' };
  return {
    ...described,
    403: { $ref: '#/components/responses/Forbidden' },
    ...Object.fromEntries(usual.map((status) => [status, failure])),
  };
}

const meanings: Record<string, string> = {
  200: 'Done',
  201: 'Created',
  202: 'Taken in',
  400: 'Not understood',
  401: 'Not signed, or not with the secret of the integration',
  404: 'Not found',
  413: 'Too large',
  500: 'Failed',
};

/** Operations are grouped by what they are about. */
function tagOf({ path }: Description): string {
  return path.split('/').findLast((segment) => tags.has(segment)) ?? 'api';
}

const tags = new Set([
  'projects',
  'integrations',
  'environments',
  'deployments',
  'activities',
  'mirror',
  'logs',
]);

type Names = z.core.$ZodRegistry<{ id: string }>;
type Refer = (schema: Schema) => Json;

/** Makes JSON schemas. Those that have a name are collected under it, and referred to. */
function collector(): { refer: Refer; named: Record<string, Json> } {
  const names: Names = z.registry();
  for (const [id, schema] of Object.entries({ ...inputs, ...resources }))
    if (schema instanceof z.ZodMiniType) names.add(schema, { id });
  const named: Record<string, Json> = {};
  return {
    refer(schema) {
      const { $defs, ...own } = jsonSchema(schema, names);
      Object.assign(named, $defs);
      return own;
    },
    named,
  };
}

function jsonSchema(schema: Schema, names: Names = z.registry()): Json {
  const { $schema: _, ...made } = z.toJSONSchema(schema, { io: 'input', metadata: names, override: tidy });
  return JSON.parse(JSON.stringify(made).replaceAll('"#/$defs/', '"#/components/schemas/'));
}

/** Adds what is said of a schema, and leaves out what says nothing. */
function tidy({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodType; jsonSchema: Json }): void {
  const { description } = z.globalRegistry.get(zodSchema) ?? {};
  if (description) jsonSchema.description = description;
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  delete jsonSchema.propertyNames;
  for (const [name, property] of Object.entries(jsonSchema.properties ?? {}))
    if (typeof property === 'object' && property.not) delete jsonSchema.properties?.[name];
}
