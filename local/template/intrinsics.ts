import * as z from 'zod';
import { UnsupportedTemplateError } from '../errors.ts';

/** What a template's expressions may refer to. */
export interface Scope {
  /** Value of `Ref` for a resource, parameter or pseudo parameter; undefined stands for AWS::NoValue. */
  ref(name: string, neededBy: string): unknown;
  /** Value of `Fn::GetAtt`. */
  attribute(resource: string, name: string, neededBy: string): unknown;
  /** Last touch to every string that an expression yields. */
  finish(text: string): string;
}

/** Stands where a value could not be evaluated: an error only for whoever needs it. */
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
  'Fn::Base64': (argument, scope, at) => Buffer.from(text(argument, scope, at)).toString('base64'),
};

/**
 * Evaluates every CloudFormation expression inside a value. Properties that cannot be evaluated become Unavailable.
 * @param at where the value stands, for errors: `Logical.Property`
 */
export function resolveValue(value: unknown, scope: Scope, at: string): unknown {
  if (Array.isArray(value)) {
    return value.map((item) => resolveValue(item, scope, at)).filter((item) => item !== undefined);
  }
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (entries.length === 1 && first !== undefined && isIntrinsicName(first[0])) {
    return resolveIntrinsic(first[0], first[1], scope, at);
  }
  return Object.fromEntries(
    entries
      .map(([name, item]) => [name, resolveProperty(item, scope, `${at}.${name}`)])
      .filter(([, item]) => item !== undefined),
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
    throw new UnsupportedTemplateError(`${at} uses ${name}, which the local stack does not evaluate.`);
  }
  const result = intrinsic(argument, scope, at);
  return typeof result === 'string' ? scope.finish(result) : result;
}

function getAttribute(argument: unknown, scope: Scope, at: string): unknown {
  const [resource, ...name] =
    typeof argument === 'string' ? argument.split('.') : z.array(z.string()).parse(argument);
  if (resource === undefined) throw new UnsupportedTemplateError(`${at} has an empty Fn::GetAtt.`);
  return scope.attribute(resource, name.join('.'), at);
}

function substitute(argument: unknown, scope: Scope, at: string): string {
  const [pattern, variables] =
    typeof argument === 'string'
      ? [argument, {}]
      : z.tuple([z.string(), z.record(z.string(), z.unknown())]).parse(argument);
  return pattern.replace(/\$\{([^}]+)\}/g, (_, name: string) => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    if (Object.hasOwn(variables, name)) return text(variables[name], scope, at);
    return text(name.includes('.') ? { 'Fn::GetAtt': name } : { Ref: name }, scope, at);
  });
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
  throw new UnsupportedTemplateError(`${at} needs a text where the template has ${JSON.stringify(value)}.`);
}

function list(value: unknown, scope: Scope, at: string): string[] {
  const resolved = resolveValue(value, scope, at);
  if (!Array.isArray(resolved)) {
    throw new UnsupportedTemplateError(`${at} needs a list where the template has ${JSON.stringify(value)}.`);
  }
  return resolved.map((item) => text(item, scope, at));
}
