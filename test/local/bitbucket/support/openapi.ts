import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly minimum?: number;
  readonly required?: readonly string[];
  readonly properties?: Record<string, Schema>;
  readonly additionalProperties?: unknown;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
}

interface Response {
  readonly content?: Record<string, { readonly schema?: Schema }>;
}

interface Operation {
  readonly responses: Record<string, Response>;
}

interface Document {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, Schema> };
}

const path = join(import.meta.dirname, '../../../../../shared/openapi/bitbucket-cloud.json');

/** Why answers are not compared with the official document here; undefined where they are. */
export const documentMissing = existsSync(path) ? undefined : `there is no ${path}`;

const document: Document | undefined =
  documentMissing === undefined ? JSON.parse(readFileSync(path, 'utf8')) : undefined;

/** How many answers were compared, by operation. */
export const checkedOperations = new Map<string, number>();

/** What captured answers of the real server have although the document's closed objects do not. */
const BEYOND_THE_DOCUMENT = [
  /\.(summary|rendered\.\w+)\.type$/,
  /\.(source|destination)\.commit\.(type|links)$/,
  /\.merge_commit\.(type|links)$/,
  /\.links\.statuses$/,
  /^\$\.error\.fields$/,
  /^\$\.(repository|workspace)\.links$/,
];
/** 403 lists the scopes in an object where the document says string. */
const OTHER_TYPE = [/^\$\.error\.detail$/];

function resolve(schema: Schema): Schema {
  const name = schema.$ref?.split('/').at(-1);
  return name === undefined ? schema : resolve(document?.components.schemas[name] ?? {});
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
}

const FORMATS: Record<string, (text: string) => boolean> = {
  uri: (text) => URL.canParse(text),
  'date-time': (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text),
};

function checkScalar(schema: Schema, value: unknown, at: string): string[] {
  const errors: string[] = [];
  const { type, enum: allowed, format, minimum } = schema;
  const actual = typeOf(value);
  const fits = type === undefined || type === actual || (type === 'number' && actual === 'integer');
  if (!fits && !OTHER_TYPE.some((each) => each.test(at))) errors.push(`${at}: ${actual} is no ${type}`);
  if (allowed !== undefined && !allowed.includes(value)) errors.push(`${at}: ${value} is none of ${allowed}`);
  if (typeof value === 'string' && FORMATS[format ?? '']?.(value) === false) {
    errors.push(`${at}: ${value} is no ${format}`);
  }
  if (minimum !== undefined && Number(value) < minimum) errors.push(`${at}: ${value} is below ${minimum}`);
  return errors;
}

function checkObject(schema: Schema, value: Record<string, unknown>, at: string): string[] {
  const { properties = {}, required = [] } = schema;
  const missing = required.filter((key) => !(key in value)).map((key) => `${at}.${key}: missing`);
  const wrong = Object.entries(value).flatMap(([key, child]) => {
    const inside = `${at}.${key}`;
    const property = properties[key];
    if (property !== undefined) return check(property, child, inside);
    const closed = schema.additionalProperties === false && Object.keys(properties).length > 0;
    return closed && !BEYOND_THE_DOCUMENT.some((each) => each.test(inside)) ? [`${inside}: unknown`] : [];
  });
  return [...missing, ...wrong];
}

/** Compares a value with a schema of the document. The real server says null for what is unset. */
function check(given: Schema, value: unknown, at: string): string[] {
  if (value === null) return [];
  const schema = resolve(given);
  const parts = schema.allOf ?? [];
  const errors = [...parts.flatMap((part) => check(part, value, at)), ...checkScalar(schema, value, at)];
  if (Array.isArray(value)) {
    return [...errors, ...value.flatMap((item, index) => check(schema.items ?? {}, item, `${at}[${index}]`))];
  }
  return typeof value === 'object'
    ? [...errors, ...checkObject(schema, value as Record<string, unknown>, at)]
    : errors;
}

function findOperation(method: string, pathname: string): { name: string; operation: Operation } | undefined {
  const called = pathname.replace(/^\/2\.0/, '').replace(/\/+$/, '');
  for (const [template, methods] of Object.entries(document?.paths ?? {})) {
    const expression = template.replace(/\{(\w+)\}/g, (_, name) => (name === 'name' ? '.+' : '[^/]+'));
    const operation = methods[method.toLowerCase()];
    if (operation !== undefined && new RegExp(`^${expression}$`).test(called)) {
      return { name: `${method} ${template}`, operation };
    }
  }
  return undefined;
}

function bodySchema(response: Response | undefined): Schema | undefined {
  return response?.content?.['application/json']?.schema;
}

/** Throws when an answer is not what the official document promises. */
export function checkAgainstDocument(
  method: string,
  url: URL,
  answer: { readonly status: number; readonly body: unknown },
): void {
  if (document === undefined || url.searchParams.has('fields')) return;
  const found = findOperation(method, url.pathname);
  if (found === undefined && answer.status < 400) throw new Error(`undocumented: ${method} ${url.pathname}`);
  const response = found?.operation.responses[String(answer.status)];
  if (answer.status < 400 && response === undefined) {
    throw new Error(`${found?.name}: undocumented status ${answer.status}`);
  }
  const schema = answer.status < 400 ? bodySchema(response) : document.components.schemas['error'];
  const errors = schema === undefined ? [] : check(schema, answer.body, '$');
  if (errors.length > 0) throw new Error(`${method} ${url.pathname} ${answer.status}: ${errors.join('; ')}`);
  const name = found?.name ?? 'unknown';
  checkedOperations.set(name, (checkedOperations.get(name) ?? 0) + 1);
}
