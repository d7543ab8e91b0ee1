import type { Environment, Project } from '../api/resources.ts';
import { printable } from './text.ts';

/** A project's title and id: `Website (abcdefghijklm)`. */
export function projectLabel({ id, title }: Pick<Project, 'id' | 'title'>): string {
  return title.trim() === '' ? id : `${printable(title)} (${id})`;
}

/** An environment's title, id and type: `Improve the header (pr-1) (type: development)`. */
export function environmentLabel(
  { id, title, type }: Pick<Environment, 'id' | 'title' | 'type'>,
  shown: { type: boolean } = { type: true },
): string {
  const name = title.trim() === '' || title.toLowerCase() === id.toLowerCase() ? id : `${title} (${id})`;
  return printable(shown.type && type !== id ? `${name} (type: ${type})` : name);
}
