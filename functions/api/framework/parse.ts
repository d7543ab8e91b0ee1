import * as z from 'zod/mini';
import { BoughError } from '../../../shared/errors.ts';

/**
 * Parses the body of a request.
 * @throws BoughError invalid, with a message for each invalid or unknown field
 */
export function parseInput<T>(schema: z.ZodMiniType<T>, value: unknown): T {
  return parse(schema, value, 'body', messageOf);
}

/**
 * Parses a query. A repeated parameter, or one with commas, is a list where a list is expected. Digits are a number.
 * @throws BoughError invalid, with a message for each invalid or unknown parameter
 */
export function parseQuery<T>(schema: z.ZodMiniType<T>, query: URLSearchParams): T {
  const shape = schema instanceof z.ZodMiniObject ? schema.def.shape : {};
  const names = [...new Set(query.keys())];
  const value = Object.fromEntries(names.map((name) => [name, given(shape[name], query.getAll(name))]));
  return parse(schema, value, 'query', (issue) =>
    Array.isArray(issue.input) ? 'Must be given once' : messageOf(issue),
  );
}

type Message = (issue: z.core.$ZodRawIssue) => string;

function parse<T>(schema: z.ZodMiniType<T>, value: unknown, what: 'body' | 'query', messageOf: Message): T {
  // A schema's own message takes precedence over `messageOf`.
  const result = schema.safeParse(value, { error: messageOf });
  if (result.success) return result.data;
  const fields = Object.fromEntries(result.error.issues.flatMap((issue) => messagesOf(issue, what)));
  throw new BoughError('invalid', `The ${what} is invalid.`, { fields });
}

function messagesOf(issue: z.core.$ZodIssue, what: 'body' | 'query'): [string, string][] {
  // Only a body can address an element of a list; a query's message names the parameter.
  const field = (what === 'query' ? issue.path.slice(0, 1) : issue.path).join('.');
  if (issue.code !== 'unrecognized_keys') return [[field || what, issue.message]];
  return issue.keys.map((key) => [field ? `${field}.${key}` : key, issue.message]);
}

function messageOf(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined) return 'Required';
  switch (issue.code) {
    case 'unrecognized_keys':
      return 'Unknown field';
    case 'invalid_type':
      return `Must be ${articles[issue.expected] ?? `a ${issue.expected}`}`;
    case 'invalid_union':
      return oneOf(issue);
    case 'invalid_value':
      return `Must be one of: ${issue.values.join(', ')}`;
    case 'too_small':
      return issue.origin === 'string' ? 'Must not be empty' : `Must be at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string'
        ? `Must not be longer than ${issue.maximum} characters`
        : `Must be at most ${issue.maximum}`;
    default:
      return 'Is invalid';
  }
}

/** The message about the discriminator, which selects the choice of a union. */
function oneOf(issue: Extract<z.core.$ZodRawIssue, { code: 'invalid_union' }>): string {
  const { discriminator = '', input, options } = issue;
  if (Object(input)[discriminator] === undefined) return 'Required';
  return Array.isArray(options) ? `Must be one of: ${options.join(', ')}` : 'Is invalid';
}

const articles: Record<string, string> = { object: 'an object', int: 'a whole number', array: 'a list' };

function given(field: z.core.$ZodType | undefined, values: readonly string[]): unknown {
  const type = field && innermost(field)._zod.def.type;
  if (type === 'array') return values.flatMap((value) => value.split(','));
  const [text = '', ...more] = values;
  if (more.length > 0) return values;
  return type === 'number' && /^\d{1,15}$/.test(text) ? Number(text) : text;
}

function innermost(field: z.core.$ZodType): z.core.$ZodType {
  return field instanceof z.ZodMiniOptional || field instanceof z.ZodMiniCatch
    ? innermost(field.def.innerType)
    : field;
}
