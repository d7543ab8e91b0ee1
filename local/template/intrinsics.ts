import * as z from 'zod';
import { UnsupportedTemplateError } from '../errors.ts';

/** Values that a template's expressions refer to. */
export interface Scope {
  /** Value of `Ref` for a resource or a pseudo parameter. */
  ref(name: string, neededBy: string): unknown;
  /** Value of `Fn::GetAtt`. */
  attribute(resource: string, name: string, neededBy: string): unknown;
  /** Makes the URLs in a resolved string local. */
  localise(text: string): string;
}

/** Placeholder for a value that cannot be resolved. Only reading the value is an error. */
export class Unavailable {
  readonly reason: UnsupportedTemplateError;

  constructor(reason: UnsupportedTemplateError) {
    this.reason = reason;
  }
}

type Intrinsic = (argument: unknown, scope: Scope, at: string) => unknown;

const INTRINSICS: Readonly<Record<string, Intrinsic>> = {
  Ref: (argument, scope, at) => scope.ref(z.string().parse(argument), at),
  'Fn::GetAtt': getAttribute,
  'Fn::Sub': substitute,
  'Fn::Join': join,
  'Fn::Select': select,
  'Fn::Split': split,
};

/**
 * Resolves every CloudFormation intrinsic function inside a value. Properties that cannot be resolved become Unavailable.
 * @param at position of the value, for errors: `LogicalId.Property`
 */
export function resolveValue(value: unknown, scope: Scope, at: string): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => resolveValue(item, scope, at));
  }
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first !== undefined && isIntrinsicName(first[0])) {
    return resolveIntrinsic(first[0], first[1], scope, at);
  }
  return Object.fromEntries(
    entries.map(([name, item]) => [name, resolveProperty(item, scope, `${at}.${name}`)]),
  );
}

function resolveProperty(value: unknown, scope: Scope, at: string): unknown {
  try {
    return resolveValue(value, scope, at);
  } catch (error) {
    if (error instanceof UnsupportedTemplateError) return new Unavailable(error);
    throw error;
  }
}

function isIntrinsicName(name: string): boolean {
  return name === 'Ref' || name === 'Condition' || name.startsWith('Fn::');
}

function resolveIntrinsic(name: string, argument: unknown, scope: Scope, at: string): unknown {
  const intrinsic = INTRINSICS[name];
  if (intrinsic === undefined) {
    throw new UnsupportedTemplateError(`${at} uses ${name}, which the local stack does not support.`);
  }
  const result = intrinsic(argument, scope, at);
  return typeof result === 'string' ? scope.localise(result) : result;
}

function getAttribute(argument: unknown, scope: Scope, at: string): unknown {
  const [resource, name] = z.tuple([z.string(), z.string()]).parse(argument);
  return scope.attribute(resource, name, at);
}

/** Only `${Ref}` and the literal `${!Text}`: neither variables nor attributes. */
function substitute(argument: unknown, scope: Scope, at: string): string {
  const pattern = z.string().parse(argument);
  return pattern.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) =>
    literal ? `\${${name}}` : text({ Ref: name }, scope, at),
  );
}

function join(argument: unknown, scope: Scope, at: string): string {
  const [delimiter, parts] = z.tuple([z.string(), z.unknown()]).parse(argument);
  return list(parts, scope, at).join(delimiter);
}

function select(argument: unknown, scope: Scope, at: string): string {
  const [index, items] = z.tuple([z.coerce.number().int(), z.unknown()]).parse(argument);
  const item = list(items, scope, at)[index];
  if (item === undefined)
    throw new UnsupportedTemplateError(`${at} selects item ${index} of a shorter list.`);
  return item;
}

function split(argument: unknown, scope: Scope, at: string): string[] {
  const [delimiter, source] = z.tuple([z.string(), z.unknown()]).parse(argument);
  return text(source, scope, at).split(delimiter);
}

function text(value: unknown, scope: Scope, at: string): string {
  const resolved = resolveValue(value, scope, at);
  if (typeof resolved === 'string') return resolved;
  if (typeof resolved === 'number' || typeof resolved === 'boolean') return String(resolved);
  throw new UnsupportedTemplateError(`${at} needs a string where the template has ${JSON.stringify(value)}.`);
}

function list(value: unknown, scope: Scope, at: string): string[] {
  const resolved = resolveValue(value, scope, at);
  if (!Array.isArray(resolved)) {
    throw new UnsupportedTemplateError(`${at} needs a list where the template has ${JSON.stringify(value)}.`);
  }
  return resolved.map((item) => text(item, scope, at));
}
