/**
 * Bitbucket's partial responses: `fields=next,values.name` keeps only these, `-links` drops, `+x` adds
 * (nothing, since everything is there). Lists are looked through, as in `values.name`.
 */
export function selectFields(value: unknown, fields: string | null): unknown {
  if (fields === null || fields.trim() === '') return value;
  const paths = fields.split(',').map((path) => path.trim());
  const dropped = paths.filter((path) => path.startsWith('-')).map((path) => path.slice(1).split('.'));
  const kept = paths.filter((path) => /^[^+-]/.test(path)).map((path) => path.split('.'));
  const selected = kept.length === 0 ? value : keep(value, kept);
  return dropped.reduce((rest, path) => drop(rest, path), selected);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function keep(value: unknown, paths: readonly string[][]): unknown {
  if (Array.isArray(value)) return value.map((item) => keep(item, paths));
  if (!isObject(value) || paths.some(([first]) => first === '*')) return value;
  const result: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value)) {
    const matching = paths.filter(([first]) => first === key).map((path) => path.slice(1));
    if (matching.length === 0) continue;
    result[key] = matching.some((rest) => rest.length === 0) ? child : keep(child, matching);
  }
  return result;
}

function drop(value: unknown, path: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((item) => drop(item, path));
  const [first = '', ...rest] = path;
  if (!isObject(value) || !(first in value)) return value;
  const { [first]: child, ...others } = value;
  return rest.length === 0 ? others : { ...others, [first]: drop(child, rest) };
}
