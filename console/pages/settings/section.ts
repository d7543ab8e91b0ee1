import { type IntegrationType, isIntegrationType } from './integrations/integration-type.ts';

/** A part of the settings. */
export type Section =
  | { readonly name: 'general' }
  | { readonly name: 'integrations' }
  /** The type is null before the user has chosen it. */
  | { readonly name: 'add'; readonly type: IntegrationType | null }
  | { readonly name: 'integration' | 'edit' | 'prune'; readonly id: string };

/** The part that the rest of an address names; null for none. */
export function parseSection([first, second, third, ...rest]: readonly string[]): Section | null {
  if (first === undefined) return { name: 'general' };
  if (first !== 'integrations' || rest.length > 0) return null;
  if (second === undefined) return { name: 'integrations' };
  if (second === 'add') return parseAdd(third);
  if (third === undefined) return { name: 'integration', id: second };
  return third === 'edit' || third === 'prune' ? { name: third, id: second } : null;
}

function parseAdd(type: string | undefined): Section | null {
  if (type === undefined) return { name: 'add', type: null };
  return isIntegrationType(type) ? { name: 'add', type } : null;
}
