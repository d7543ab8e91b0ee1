import { NormalizedSchema } from '@smithy/core/schema';

type SchemaRef = Parameters<typeof NormalizedSchema.of>[0];

/** One call over AWS's JSON protocol, as it went over the wire. */
export interface Exchange {
  operation: string;
  input: unknown;
  /** Null where the answer was no success. */
  output: unknown;
  /** The error's name, where it was one. */
  error: string | null;
}

/** A service's model, as its SDK brings it: the schemas are among what the package exports. */
export function modelOf(sdk: Readonly<Record<string, unknown>>) {
  const schemas = Object.values(sdk).filter(Array.isArray);
  const named = (kind: number) => schemas.filter(([id]) => id === kind).map(([, , name]) => String(name));
  const operation = (name: string) => schemas.find(([id, , its]) => id === 9 && its === name) ?? [];
  return {
    /** The errors that the service has of its own. */
    errors: named(-3),
    /** What of an exchange the model does not know, or wants otherwise. */
    mismatches({ operation: name, input, output }: Exchange): string[] {
      const [, , , , takes, answers] = operation(name);
      if (!takes) return [`${name} is no operation`];
      return [
        ...mismatches(takes, input, `${name} takes`),
        ...(output === null ? [] : mismatches(answers, output, `${name} answers`)),
      ];
    },
  };
}

function mismatches(ref: SchemaRef, value: unknown, path: string): string[] {
  const schema = NormalizedSchema.of(ref);
  if (schema.isStructSchema()) return membersOf(schema, value, path);
  if (schema.isListSchema()) {
    if (!Array.isArray(value)) return [`${path}: no list`];
    return value.flatMap((item, index) => mismatches(schema.getValueSchema(), item, `${path}[${index}]`));
  }
  if (schema.isMapSchema()) {
    if (!isObject(value)) return [`${path}: no map`];
    return Object.entries(value).flatMap(([key, item]) =>
      mismatches(schema.getValueSchema(), item, `${path}[${key}]`),
    );
  }
  return isOf(schema, value) ? [] : [`${path}: ${JSON.stringify(value)}`];
}

function membersOf(schema: NormalizedSchema, value: unknown, path: string): string[] {
  if (!isObject(value)) return [`${path}: no structure`];
  const members = new Map(schema.structIterator());
  return [
    ...requiredOf(schema)
      .filter((name) => value[name] === undefined)
      .map((name) => `${path}.${name}: missing`),
    ...Object.entries(value).flatMap(([name, item]) => {
      const member = members.get(name);
      return member ? mismatches(member, item, `${path}.${name}`) : [`${path}.${name}: unknown`];
    }),
  ];
}

/** The first members of a structure are the required ones; its last entry counts them. */
function requiredOf(schema: NormalizedSchema): readonly string[] {
  const structure = schema.getSchema();
  if (!Array.isArray(structure) || structure[0] !== 3) return [];
  return structure[4].slice(0, structure[6] ?? 0);
}

/** As the JSON protocol writes them: moments are seconds since the epoch, and bytes are base64. */
function isOf(schema: NormalizedSchema, value: unknown): boolean {
  if (schema.isTimestampSchema() || schema.isNumericSchema()) return typeof value === 'number';
  if (schema.isBooleanSchema()) return typeof value === 'boolean';
  if (schema.isBlobSchema())
    return typeof value === 'string' && Buffer.from(value, 'base64').toString('base64') === value;
  return schema.isStringSchema() && typeof value === 'string';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
