import type { Resource } from '../resources.ts';

/**
 * Bitbucket's partial responses: `fields=next,values.name` keeps only these fields, `-links` removes one, and `+x`
 * has no effect, since responses are complete by default. Paths apply to each element of a list, as in `values.name`.
 */
export function selectFields(resource: Resource, fields: string | null): Resource {
  if (fields === null || fields.trim() === '') return resource;
  const paths = fields.split(',').map((path) => path.trim());
  const removed = paths.filter((path) => path.startsWith('-')).map((path) => path.slice(1).split('.'));
  const kept = paths.filter((path) => /^[^+-]/.test(path)).map((path) => path.split('.'));
  const selected = kept.length === 0 ? resource : keepFields(resource, kept);
  return removed.reduce(removeField, selected);
}

/** Whether a value is an object, but neither null nor a list. */
export function isObject(value: unknown): value is Resource {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Applies `change` to an object or to each object in a list; other values stay the same. */
function mapObjects(value: unknown, change: (resource: Resource) => Resource): unknown {
  if (Array.isArray(value)) return value.map((item) => mapObjects(item, change));
  return isObject(value) ? change(value) : value;
}

function keepFields(resource: Resource, paths: readonly string[][]): Resource {
  if (paths.some(([first]) => first === '*')) return resource;
  const result: Resource = {};
  for (const [key, child] of Object.entries(resource)) {
    const rests = paths.filter(([first]) => first === key).map((path) => path.slice(1));
    if (rests.length === 0) continue;
    const isWhole = rests.some((rest) => rest.length === 0);
    result[key] = isWhole ? child : mapObjects(child, (object) => keepFields(object, rests));
  }
  return result;
}

function removeField(resource: Resource, path: readonly string[]): Resource {
  const [first = '', ...rest] = path;
  if (!(first in resource)) return resource;
  const { [first]: child, ...others } = resource;
  if (rest.length === 0) return others;
  return { ...others, [first]: mapObjects(child, (object) => removeField(object, rest)) };
}
