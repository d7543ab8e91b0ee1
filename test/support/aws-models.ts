import { NormalizedSchema } from '@smithy/core/schema';

type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];
/** True if a scalar value has the form that a protocol prescribes for its type. */
type IsOf = (schema: NormalizedSchema, value: unknown) => boolean;

/** One call as sent over the wire. */
export interface Exchange {
  operation: string;
  input: unknown;
  /** Null when the call failed. */
  output: unknown;
  /** The name of the error; null when the call succeeded. */
  error: string | null;
}

/** The model of an AWS service, read from the schemas that its SDK package exports. */
export function modelOf(sdk: Readonly<Record<string, unknown>>, isOf: IsOf = isInJson) {
  const schemas = Object.values(sdk).filter(Array.isArray);
  const named = (kind: number) => schemas.filter(([id]) => id === kind).map(([, , name]) => String(name));
  const operation = (name: string) => schemas.find(([id, , its]) => id === 9 && its === name) ?? [];
  return {
    /** The names of the service's own errors. */
    errors: named(-3),
    /** The differences between an exchange and the model. */
    mismatches({ operation: name, input, output }: Exchange): string[] {
      const [, , , , takes, answers] = operation(name);
      if (!takes) return [`${name} is no operation`];
      return [
        ...mismatches(takes, input, `${name} takes`, isOf),
        ...(output === null ? [] : mismatches(answers, output, `${name} answers`, isOf)),
      ];
    },
  };
}

function mismatches(ref: SchemaRef, value: unknown, path: string, isOf: IsOf): string[] {
  const schema = NormalizedSchema.of(ref);
  if (schema.isStructSchema()) return membersOf(schema, value, path, isOf);
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) return [`${path}: no list`];
    return value.flatMap((item, index) =>
      mismatches(schema.getValueSchema(), item, `${path}[${index}]`, isOf),
    );
  }
  if (schema.isMapSchema()) {
    if (!isObject(value)) return [`${path}: no map`];
    return Object.entries(value).flatMap(([key, item]) =>
      mismatches(schema.getValueSchema(), item, `${path}[${key}]`, isOf),
    );
  }
  return isOf(schema, value) ? [] : [`${path}: ${JSON.stringify(value)}`];
}

function membersOf(schema: NormalizedSchema, value: unknown, path: string, isOf: IsOf): string[] {
  if (!isObject(value)) return [`${path}: no structure`];
  const members = new Map(schema.structIterator());
  return [
    ...requiredOf(schema)
      .filter((name) => value[name] === undefined)
      .map((name) => `${path}.${name}: missing`),
    ...Object.entries(value).flatMap(([name, item]) => {
      const member = members.get(name);
      return member ? mismatches(member, item, `${path}.${name}`, isOf) : [`${path}.${name}: unknown`];
    }),
  ];
}

/** The first members of a structure are the required ones; its last entry counts them. */
function requiredOf(schema: NormalizedSchema): readonly string[] {
  const structure = schema.getSchema();
  if (!Array.isArray(structure) || structure[0] !== 3) return [];
  return structure[4].slice(0, structure[6] ?? 0);
}

/** Checks a scalar of the JSON protocol: timestamps are seconds since the epoch, and bytes are base64. */
function isInJson(schema: NormalizedSchema, value: unknown): boolean {
  if (schema.isTimestampSchema() || schema.isNumericSchema()) return typeof value === 'number';
  if (schema.isBooleanSchema()) return typeof value === 'boolean';
  if (schema.isBlobSchema())
    return typeof value === 'string' && Buffer.from(value, 'base64').toString('base64') === value;
  return schema.isStringSchema() && typeof value === 'string';
}

/** Checks a scalar of the query protocol: every value is text, and timestamps are ISO 8601. */
export function isInQuery(schema: NormalizedSchema, value: unknown): boolean {
  if (typeof value !== 'string') return false;
  if (schema.isTimestampSchema()) return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value);
  if (schema.isNumericSchema()) return /^-?\d+$/.test(value);
  if (schema.isBooleanSchema()) return value === 'true' || value === 'false';
  return schema.isStringSchema();
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
