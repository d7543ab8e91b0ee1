import { encodeId } from '../../shared/api/path.ts';
import { ApiFailure } from './api-failure.ts';

/**
 * Builds a path of the management API from a template.
 * @throws ApiFailure for an id that no resource can have
 */
export function path(literals: TemplateStringsArray, ...ids: string[]): string {
  const encoded = ids.map((id) => {
    const part = encodeId(id);
    if (part !== null) return part;
    throw new ApiFailure(`There is no ${id}.`, { status: 404, code: 'not_found', remedy: null });
  });
  return String.raw({ raw: literals }, ...encoded);
}
