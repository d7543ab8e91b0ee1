import type { Environment } from '../environments/environment.ts';
import type { HttpAccess } from './http-access.ts';

type Relative = Pick<Environment, 'id' | 'parent' | 'http_access'>;

/** A setting, and the id of the environment that has it. */
export interface PlacedAccess {
  access: HttpAccess;
  from: string;
}

/**
 * The setting that applies to an environment: its own, else its parent's, and so on; null when there is none. A setting
 * replaces those further up as a whole.
 * @param parentOf the environment with an id, or the default branch's when there is none; null without either
 */
export function accessOf(
  environment: Relative,
  parentOf: (id: string) => Relative | null,
): PlacedAccess | null {
  const visited = new Set<string>();
  for (let at: Relative | null = environment; at && !visited.has(at.id); ) {
    if (at.http_access) return { access: at.http_access, from: at.id };
    visited.add(at.id);
    at = at.parent === null ? null : parentOf(at.parent);
  }
  return null;
}
