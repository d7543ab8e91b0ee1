import type { Resource } from '../resources.ts';

/**
 * Bitbucket's partial responses: `fields=next,values.name` keeps only these fields, `-links` removes one, and `+x`
 * has no effect, since responses are complete by default. Paths apply to each element of a list, as in `values.name`.
 */
export function selectFields(value: Resource, fields: string | null): Resource;
export function selectFields(value: unknown, fields: string | null): unknown;
export function selectFields(value: unknown, fields: string | null): unknown {
  if (fields === null || fields.trim() === '') return value;
  const paths = fields.split(',').map((path) => path.trim());
  const removed = paths.filter((path) => path.startsWith('-')).map((path) => path.slice(1).split('.'));
  const kept = paths.filter((path) => /^[^+-]/.test(path)).map((path) => path.split('.'));
  const selected = kept.length === 0 ? value : keep(value, kept);
  return removed.reduce((rest, path) => remove(rest, path), selected);
}

/** Whether a value is an object, but neither null nor a list. */
export function isObject(value: unknown): value is Resource {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function keep(value: unknown, paths: readonly string[][]): unknown {
  if (Array.isArray(value)) return value.map((item) => keep(item, paths));
  if (!isObject(value) || paths.some(([first]) => first === '*')) return value;
  const result: Resource = {};
  for (const [key, child] of Object.entries(value)) {
    const matching = paths.filter(([first]) => first === key).map((path) => path.slice(1));
    if (matching.length === 0) continue;
    result[key] = matching.some((rest) => rest.length === 0) ? child : keep(child, matching);
  }
  return result;
}

function remove(value: unknown, path: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => remove(item, path));
  const [first = '', ...rest] = path;
  if (!isObject(value) || !(first in value)) return value;
  const { [first]: child, ...others } = value;
  return rest.length === 0 ? others : { ...others, [first]: remove(child, rest) };
}
