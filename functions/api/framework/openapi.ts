import * as z from 'zod/mini';
import type { Description, Schema } from './route.ts';

type Json = z.core.JSONSchema.BaseSchema;

/** The properties of an OpenAPI document that do not follow from its routes. */
export interface DocumentOptions {
  /** The API's public base URL. */
  url: string;
  title: string;
  description: string;
  /** Path segments that group operations. The last of them in a path is the operation's tag. */
  tags: readonly string[];
  /** Schemas by the names under which the document declares them; other values are ignored. Unnamed schemas are inlined. */
  schemas: Readonly<Record<string, unknown>>;
  /** The body of every error that a route does not describe itself. */
  failure: Schema;
  /** The description of status 403. */
  forbidden: string;
}

/** An OpenAPI document, as `openApiDocument` creates it. */
export type OpenApiDocument = ReturnType<typeof openApiDocument>;

/**
 * Creates the OpenAPI 3.1 document of routes. The document's schemas are generated from the schemas that
 * parse requests, so the document cannot differ from what is accepted.
 */
export function openApiDocument(routes: readonly Description[], options: DocumentOptions) {
  const { url, title, description, tags, failure, forbidden } = options;
  const schemas = collectSchemas(options.schemas);
  const tagOf = ({ path }: Description) =>
    path.split('/').findLast((segment) => tags.includes(segment)) ?? 'api';
  const paths: Record<string, Record<string, ReturnType<typeof operation>>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll('+}', '}');
    paths[path] = {
      ...paths[path],
      [route.method.toLowerCase()]: operation(route, tagOf(route), schemas.refer),
    };
  }
  const failureSchema = schemas.refer(failure);
  return {
    openapi: '3.1.0',
    info: {
      title,
      version: '1',
      description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url }],
    security: [{ SigV4: [] }],
    tags: [...new Set(routes.map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      schemas: schemas.named,
      responses: {
        Forbidden: { description: forbidden },
        Failure: {
          description: 'The error and its remedy',
          content: { 'application/json': { schema: failureSchema } },
        },
      },
      securitySchemes: {
        SigV4: {
          type: 'apiKey',
          in: 'header',
          name: 'Authorization',
          description:
            'AWS Signature Version 4 for the service `execute-api`, by an identity that may invoke the API',
          'x-amazon-apigateway-authtype': 'awsSigv4',
        },
      },
    },
  };
}

function operation(route: Description, tag: string, refer: Refer) {
  const { id, summary, query, body, isOpen = false } = route;
  return {
    operationId: id,
    summary,
    tags: [tag],
    ...(isOpen && { security: [] }),
    parameters: [
      ...pathParameters(route.path),
      ...queryParameters(query),
      ...(canBeUnmodified(route) ? [ifNoneMatch] : []),
    ],
    ...(body && { requestBody: requestBody(body, refer) }),
    responses: responses(route, refer),
  };
}

/** The parameters of a path template: `{name}` and `{name+}`. */
function pathParameters(path: string) {
  return [...path.matchAll(/\{(\w+)(\+?)\}/g)].map(([, name, many]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
    ...(many && { description: 'Percent-encoded. Slashes need no encoding.' }),
  }));
}

function queryParameters(query: Schema | undefined) {
  const { properties = {} }: Json = query ? jsonSchema(query) : {};
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', required: false, schema }));
}

function canBeUnmodified(route: Description): boolean {
  return route.isPolled === true || route.canBeUnmodified === true;
}

const ifNoneMatch = {
  name: 'If-None-Match',
  in: 'header',
  required: false,
  schema: { type: 'string' },
  description: 'The `ETag` of an earlier response. The response is 304 when nothing has changed since',
};

function requestBody(body: Schema, refer: Refer) {
  // A missing body is parsed as an empty object.
  const required = !body.safeParse({}).success;
  return { required, content: { 'application/json': { schema: refer(body) } } };
}

interface Response {
  $ref?: string;
  description?: string | undefined;
  content?: Record<string, { schema: Json }>;
}

function responses(route: Description, refer: Refer): Record<string, Response> {
  const { method, path, responses, failures, media = 'application/json', isOpen } = route;
  const described: Record<string, Response> = {};
  for (const [status, schema] of Object.entries({ ...responses, ...failures }))
    described[status] = { description: meanings[status], content: { [media]: { schema: refer(schema) } } };
  if (canBeUnmodified(route)) described[304] = { description: 'Nothing has changed' };
  // Routes without IAM describe their errors themselves.
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
  202: 'Accepted',
  302: 'At another address',
  400: 'The request is malformed',
  401: 'The signature is missing or was not made with the integration’s secret',
  404: 'Not found',
  413: 'Too large',
  500: 'Failed',
};

type Names = z.core.$ZodRegistry<{ id: string }>;
type Refer = (schema: Schema) => Json;

/** Generates JSON schemas. Named schemas are collected in `named`, and `refer` returns references to them. */
function collectSchemas(schemas: DocumentOptions['schemas']): { refer: Refer; named: Record<string, Json> } {
  const names: Names = z.registry();
  for (const [id, schema] of Object.entries(schemas))
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
  const { $schema: _, ...generated } = z.toJSONSchema(schema, {
    io: 'input',
    metadata: names,
    override: tidy,
  });
  return JSON.parse(JSON.stringify(generated).replaceAll('"#/$defs/', '"#/components/schemas/'));
}

/** Adds descriptions, and removes constraints that only restate JavaScript's limits or the format. */
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
