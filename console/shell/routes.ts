import { encodeId } from '../../shared/api/path.ts';

/** A page, with the ids that its address names. */
export type Route =
  | { readonly page: 'projects' }
  | { readonly page: 'operations' }
  | { readonly page: 'tree'; readonly project: string }
  | { readonly page: 'settings'; readonly project: string; readonly section: readonly string[] }
  | { readonly page: 'environment'; readonly project: string; readonly environment: string }
  | {
      readonly page: 'activity';
      readonly project: string;
      /** Null for an activity of an integration or of the project. */
      readonly environment: string | null;
      readonly activity: string;
    }
  | { readonly page: 'unknown' };

/** An address of the page: the route, and the query with filters. */
export interface Place {
  readonly route: Route;
  readonly query: URLSearchParams;
}

/** Reads the fragment of an address. Each id is one segment, so slashes in ids are encoded. */
export function parsePlace(fragment: string): Place {
  const [path = '', query = ''] = fragment.replace(/^#/, '').split('?', 2);
  return { route: parseRoute(path), query: new URLSearchParams(query) };
}

function parseRoute(path: string): Route {
  const segments = path.split('/').filter((segment) => segment !== '');
  const ids = segments.map(decodeId);
  if (ids.includes(null)) return { page: 'unknown' };
  const [first, project, kind, ...rest] = ids.filter((id) => id !== null);
  if (first === undefined) return { page: 'projects' };
  if (first === 'operations' && project === undefined) return { page: 'operations' };
  if (first !== 'p' || project === undefined) return { page: 'unknown' };
  if (kind === undefined) return { page: 'tree', project };
  if (kind === 'settings') return { page: 'settings', project, section: rest };
  return routeBelow(project, [kind, ...rest]);
}

function routeBelow(project: string, [kind, id, next, last, ...rest]: readonly string[]): Route {
  if (id === undefined || rest.length > 0) return { page: 'unknown' };
  if (kind === 'a' && next === undefined)
    return { page: 'activity', project, environment: null, activity: id };
  if (kind !== 'e') return { page: 'unknown' };
  if (next === undefined) return { page: 'environment', project, environment: id };
  if (next !== 'a' || last === undefined) return { page: 'unknown' };
  return { page: 'activity', project, environment: id, activity: last };
}

function decodeId(segment: string): string | null {
  try {
    const id = decodeURIComponent(segment);
    return encodeId(id) === null ? null : id;
  } catch {
    return null;
  }
}

/** The address of a page, for links. */
export function addressOf(route: Route, query = ''): string {
  return `#/${segmentsOf(route).map(encodeURIComponent).join('/')}${query === '' ? '' : `?${query}`}`;
}

/** The project that a page belongs to; null for a page of all projects. */
export function projectOf(route: Route): string | null {
  return 'project' in route ? route.project : null;
}

function segmentsOf(route: Route): readonly string[] {
  switch (route.page) {
    case 'projects':
    case 'unknown':
      return [];
    case 'operations':
      return ['operations'];
    case 'tree':
      return ['p', route.project];
    case 'settings':
      return ['p', route.project, 'settings', ...route.section];
    case 'environment':
      return ['p', route.project, 'e', route.environment];
    case 'activity':
      return [
        'p',
        route.project,
        ...(route.environment === null ? [] : ['e', route.environment]),
        'a',
        route.activity,
      ];
  }
}
