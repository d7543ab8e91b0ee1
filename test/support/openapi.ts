import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { HttpRequest } from './http-server.ts';

const file = join(import.meta.dirname, '../../../shared/openapi/bitbucket-cloud.json');

/** False where Bitbucket Cloud's official description is not at hand. */
export const hasBitbucketDescription = existsSync(file);

type Schema = Record<string, unknown>;
interface Content {
  content?: { 'application/json'?: { schema?: Schema } };
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

/** Every list takes the first two, every answer the third: so says the API's introduction, not each operation. */
const generalParameters = ['pagelen', 'page', 'fields', 'q', 'sort'];

/** Finds the operation that a request below `/2.0` calls, and what is wrong with the request by its description. */
export function checkRequest(request: HttpRequest): { operation: string; problems: string[] } {
  const description = readDescription();
  const called = request.path.replace(/^\/2\.0/, '');
  const template = Object.keys(description.paths).find((path) => matches(path, called));
  const item = template ? description.paths[template] : undefined;
  const operation = item?.[request.method.toLowerCase()];
  if (!operation) return { operation: '', problems: [`${request.method} ${called} does not exist`] };
  return {
    operation: `${request.method} ${template}`,
    problems: [
      ...queryProblems(request, [...(item?.parameters ?? []), ...(operation.parameters ?? [])]),
      ...bodyProblems(request, operation, description),
    ],
  };
}

function readDescription(): Description {
  const text = readFileSync(file, 'utf8').replaceAll('#/components/schemas/', '#/$defs/');
  const description: Description = JSON.parse(text);
  // The description's own examples of requests leave out the `type` that it requires of every object.
  delete description.components.schemas['object']?.['required'];
  return description;
}

function matches(template: string, path: string): boolean {
  return new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(path);
}

function queryProblems({ query }: HttpRequest, parameters: Parameter[]): string[] {
  return [...query].flatMap(([name, value]) => {
    if (generalParameters.includes(name)) return [];
    const known = parameters.find((parameter) => parameter.in === 'query' && parameter.name === name);
    if (!known) return [`the query parameter ${name} does not exist`];
    const { success } = z.fromJSONSchema(known.schema ?? {}).safeParse(value);
    return success ? [] : [`the query parameter ${name} must not be ${value}`];
  });
}

/** Where the description has no request body, a resource is sent as it is answered. */
function bodyProblems({ body }: HttpRequest, operation: Operation, description: Description): string[] {
  if (body === '') return [];
  const described = operation.requestBody ?? operation.responses?.['201'] ?? operation.responses?.['200'];
  const schema = described?.content?.['application/json']?.schema;
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
