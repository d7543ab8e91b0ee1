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
  readonly maxLength?: number;
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

interface Options {
  /** The name of the file in the folder of official descriptions. */
  readonly file: string;
  /** The path of a call in the description; undefined for an undocumented part of the API. */
  readonly pathOf: (pathname: string) => string | undefined;
  readonly errorSchema: string;
  /** Whether every schema forbids unknown fields, or only those with `additionalProperties: false`. */
  readonly isClosed: boolean;
  /** Undocumented fields that captured responses of Bitbucket contain. */
  readonly beyond: readonly RegExp[];
  /** Fields whose type differs from the documented one. */
  readonly otherType: readonly RegExp[];
}

/** Compares responses with an official description. */
export interface ResponseCheck {
  /** The reason why responses are not compared; undefined when they are. */
  readonly missing: string | undefined;
  /** The number of compared responses by operation. */
  readonly operations: Map<string, number>;
  /** Throws when a response does not match the description. */
  check(method: string, url: URL, result: { readonly status: number; readonly body: unknown }): void;
}

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
}

const FORMATS: Record<string, (text: string) => boolean> = {
  uri: (text) => URL.canParse(text),
  'date-time': (text) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text),
};

/** The checks of one description. */
function createChecks(document: Document, { isClosed, beyond, otherType }: Options) {
  function resolve(schema: Schema): Schema {
    const name = schema.$ref?.split('/').at(-1);
    return name === undefined ? schema : resolve(document.components.schemas[name] ?? {});
  }

  function checkScalar(schema: Schema, value: unknown, at: string): string[] {
    const errors: string[] = [];
    const { type, enum: allowed, format, minimum, maxLength } = schema;
    const actual = typeOf(value);
    const fits = type === undefined || type === actual || (type === 'number' && actual === 'integer');
    if (!fits && !otherType.some((each) => each.test(at))) errors.push(`${at}: ${actual} is no ${type}`);
    if (allowed !== undefined && !allowed.includes(value))
      errors.push(`${at}: ${value} is none of ${allowed}`);
    if (typeof value === 'string' && FORMATS[format ?? '']?.(value) === false) {
      errors.push(`${at}: ${value} is no ${format}`);
    }
    if (maxLength !== undefined && String(value).length > maxLength) errors.push(`${at}: over ${maxLength}`);
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
      const closed =
        (isClosed || schema.additionalProperties === false) && Object.keys(properties).length > 0;
      return closed && !beyond.some((each) => each.test(inside)) ? [`${inside}: unknown`] : [];
    });
    return [...missing, ...wrong];
  }

  /** Compares a value with a schema of the document. Null is always valid: Bitbucket sends it for unset fields. */
  function check(given: Schema, value: unknown, at: string): string[] {
    if (value === null) return [];
    const schema = resolve(given);
    const parts = schema.allOf ?? [];
    const errors = [...parts.flatMap((part) => check(part, value, at)), ...checkScalar(schema, value, at)];
    if (Array.isArray(value)) {
      return [
        ...errors,
        ...value.flatMap((item, index) => check(schema.items ?? {}, item, `${at}[${index}]`)),
      ];
    }
    return typeof value === 'object'
      ? [...errors, ...checkObject(schema, value as Record<string, unknown>, at)]
      : errors;
  }

  return { check };
}

function findOperation(document: Document, method: string, path: string) {
  for (const [template, methods] of Object.entries(document.paths)) {
    const expression = template.replace(/\{(\w+)\}/g, (_, name) => (name === 'name' ? '.+' : '[^/]+'));
    const operation = methods[method.toLowerCase()];
    if (operation !== undefined && new RegExp(`^${expression}$`).test(path)) {
      return { name: `${method} ${template}`, operation };
    }
  }
  return undefined;
}

function bodySchema(response: Response | undefined): Schema | undefined {
  return Object.values(response?.content ?? {})[0]?.schema;
}

/** Reads an official description, which need not be available. */
function openDescription(options: Options): ResponseCheck {
  const path = join(import.meta.dirname, '../../../../../shared/openapi', options.file);
  const operations = new Map<string, number>();
  if (!existsSync(path)) return { missing: `there is no ${path}`, operations, check: () => undefined };
  const document: Document = JSON.parse(readFileSync(path, 'utf8'));
  const { check } = createChecks(document, options);
  return {
    missing: undefined,
    operations,
    check(method, url, { status, body }) {
      const called = options.pathOf(url.pathname);
      if (called === undefined || url.searchParams.has('fields')) return;
      const found = findOperation(document, method, called.replace(/\/+$/, ''));
      if (found === undefined && status < 400) throw new Error(`undocumented: ${method} ${url.pathname}`);
      const response = found?.operation.responses[String(status)];
      if (status < 400 && response === undefined) {
        throw new Error(`${found?.name}: undocumented status ${status}`);
      }
      const schema = status < 400 ? bodySchema(response) : document.components.schemas[options.errorSchema];
      const errors = schema === undefined || body === undefined ? [] : check(schema, body, '$');
      if (errors.length > 0) throw new Error(`${method} ${url.pathname} ${status}: ${errors.join('; ')}`);
      const name = found?.name ?? 'unknown';
      operations.set(name, (operations.get(name) ?? 0) + 1);
    },
  };
}

/** The official description of Cloud's API. */
export const cloudDescription = openDescription({
  file: 'bitbucket-cloud.json',
  pathOf: (pathname) => pathname.replace(/^\/2\.0/, ''),
  errorSchema: 'error',
  isClosed: false,
  beyond: [
    /\.(summary|content|rendered\.\w+)\.type$/,
    /\.(source|destination)\.commit\.(type|links)$/,
    /\.merge_commit\.(type|links)$/,
    /\.links\.statuses$/,
    /^\$\.error\.fields$/,
    /^\$\.(repository|workspace)\.links$/,
  ],
  // A 403 contains the scopes in an object, but the description documents a string.
  otherType: [/^\$\.error\.detail$/],
});

/** The documented parts of the API, without the capabilities. */
const SERVER_PATH = /^\/server\/rest\/(api|build-status|branch-utils)\/(?:latest|1\.0)\/(.*)$/;

/** The official description of Server's API. */
export const serverDescription = openDescription({
  file: 'bitbucket-data-center-9.4.json',
  pathOf(pathname) {
    const [, part, rest] = SERVER_PATH.exec(pathname) ?? [];
    return part === undefined ? undefined : `/${part}/latest/${rest}`;
  },
  errorSchema: 'RestErrors',
  isClosed: true,
  beyond: [
    /\.isDefault$/,
    /\.(author|owner|properties)$/,
    /\.latest(Commit|Changeset)$/,
    /\.errors\[0\]\.(currentVersion|expectedVersion|conflicted|vetoes)$/,
    /^\$\.(id|createdDate|updatedDate)$/,
  ],
  otherType: [],
});
