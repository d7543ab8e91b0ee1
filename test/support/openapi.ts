import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { HttpRequest } from './http-server.ts';

/** A server's official description of its API. */
export interface OfficialApi {
  /** Finds the operation of a request, and the request's violations of the description. */
  checkRequest(request: HttpRequest): { operation: string; problems: string[] };
}

/** The description of Bitbucket Cloud; null when it is not available. */
export const cloudApi = openDescription('bitbucket-cloud.json', {
  pathOf: (path) => path.replace(/^\/2\.0/, ''),
  // Operations do not list these. By the introduction lists accept `pagelen` and `page`, and responses accept `fields`.
  generalParameters: ['pagelen', 'page', 'fields', 'q', 'sort'],
});

/** The description of Bitbucket Data Center; null when it is not available. The server can have a context path. */
export const serverApi = openDescription('bitbucket-data-center-9.4.json', {
  pathOf: (path) => path.replace(/^.*?\/rest\//, '/').replace(/^\/([\w-]+)\/1\.0\//, '/$1/latest/'),
  generalParameters: ['start', 'limit'],
});

type Schema = Record<string, unknown>;
interface Content {
  content?: Record<string, { schema?: Schema }>;
}
interface Parameter {
  name: string;
  in: string;
  schema?: Schema;
}
interface Operation {
  parameters?: Parameter[];
  requestBody?: Content;
  responses?: Record<string, Content>;
}
type PathItem = Record<string, Operation> & { parameters?: Parameter[] };
interface Description {
  paths: Record<string, PathItem>;
  components: { schemas: Record<string, Schema> };
}

interface Dialect {
  pathOf(path: string): string;
  generalParameters: readonly string[];
}

function openDescription(name: string, { pathOf, generalParameters }: Dialect): OfficialApi | null {
  const file = join(import.meta.dirname, '../../../shared/openapi', name);
  if (!existsSync(file)) return null;
  let description: Description | undefined;
  return {
    checkRequest(request) {
      description ??= readDescription(file);
      const called = pathOf(request.path);
      const template = templateOf(called, Object.keys(description.paths));
      const item = template === undefined ? undefined : description.paths[template];
      const operation = item?.[request.method.toLowerCase()];
      if (!operation) return { operation: '', problems: [`${request.method} ${called} does not exist`] };
      const parameters = [...(item?.parameters ?? []), ...(operation.parameters ?? [])];
      return {
        operation: `${request.method} ${template}`,
        problems: [
          ...queryProblems(request, parameters, generalParameters),
          ...bodyProblems(request, operation, description),
        ],
      };
    },
  };
}

function readDescription(file: string): Description {
  const text = readFileSync(file, 'utf8').replaceAll('#/components/schemas/', '#/$defs/');
  // The server's objects have properties without a type, which would allow any value.
  const description: Description = JSON.parse(text, (_, value) =>
    isUntypedObject(value) ? { type: 'object', ...value } : value,
  );
  // Bitbucket Cloud's examples of requests omit the `type` that its schemas require.
  delete description.components.schemas['object']?.['required'];
  return description;
}

function isUntypedObject(value: unknown): boolean {
  const { type, properties } = (value ?? {}) as { type?: unknown; properties?: unknown };
  if (type !== undefined || typeof properties !== 'object' || properties === null) return false;
  // A property can itself be named `properties`.
  return Object.values(properties).every((property) => typeof property === 'object');
}

/** The most specific operation for a path: `/webhooks/test` before `/webhooks/{id}`. */
function templateOf(path: string, templates: string[]): string | undefined {
  const placeholders = (template: string) => template.split('{').length;
  return templates
    .filter((template) => new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(path))
    .sort((a, b) => placeholders(a) - placeholders(b))[0];
}

function queryProblems({ query }: HttpRequest, parameters: Parameter[], general: readonly string[]) {
  return [...query].flatMap(([name, value]) => {
    if (general.includes(name)) return [];
    const known = parameters.find((parameter) => parameter.in === 'query' && parameter.name === name);
    if (!known) return [`the query parameter ${name} does not exist`];
    const schema = known.schema ?? {};
    const { success } = z.fromJSONSchema(schema).safeParse(typed(schema, value));
    return success ? [] : [`the query parameter ${name} must not be ${value}`];
  });
}

/** Converts a parameter: a query contains only text. */
function typed({ type }: Schema, value: string): unknown {
  if (type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true';
  return type === 'integer' || type === 'number' ? Number(value) : value;
}

/** The schema of a body. Without one in the description, the schema of the response applies. */
function bodyProblems({ body }: HttpRequest, operation: Operation, description: Description): string[] {
  if (body === '') return [];
  const described = operation.requestBody ?? operation.responses?.['201'] ?? operation.responses?.['200'];
  const { content = {} } = described ?? {};
  const schema = (content['application/json'] ?? content['*/*'])?.schema;
  if (!schema) return ['no body is described'];
  const $defs = description.components.schemas;
  const sent: object = JSON.parse(body);
  const result = z.fromJSONSchema({ ...schema, $defs }).safeParse(sent);
  const known = propertiesOf(schema, $defs);
  return [
    ...(result.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    ...Object.keys(sent).flatMap((name) => (known.has(name) ? [] : [`${name} does not exist`])),
  ];
}

function propertiesOf(schema: Schema, $defs: Record<string, Schema>): Set<string> {
  const {
    $ref,
    allOf = [],
    properties = {},
  } = schema as { $ref?: string; allOf?: Schema[]; properties?: object };
  const referred = $defs[$ref?.replace('#/$defs/', '') ?? ''];
  const parts = [...allOf, ...(referred ? [referred] : [])].flatMap((part) => [...propertiesOf(part, $defs)]);
  return new Set([...Object.keys(properties), ...parts]);
}
