import { formatTag, hashOf, notModified, parseTag } from '../framework/entity-tag.ts';
import type { Route } from '../framework/route.ts';
import type { ApiPorts } from '../ports.ts';
import { unseenChanges } from '../queries/changes.ts';

/**
 * The same route with an entity tag. A request with the tag of an unchanged project gets 304 after two cheap reads: of
 * the project and of the journal of its changes. After a change the response is 304 if its content is the same.
 */
export function revalidate(ports: ApiPorts, route: Route): Route {
  if (!route.isPolled) return route;
  return {
    ...route,
    async respond(request) {
      const id = request.params['project'] ?? '';
      const known = parseTag(request.ifNoneMatch);
      const time = ports.clock.now();
      if (known && (await isUnchanged(ports, id, known.time))) return notModified(known);
      const response = await route.respond(request);
      if (response?.statusCode !== 200) return response;
      const tag = { time, hash: hashOf(response) };
      if (tag.hash === known?.hash) return notModified(tag);
      return { ...response, headers: { ...response.headers, etag: formatTag(tag) } };
    },
  };
}

async function isUnchanged(ports: ApiPorts, project: string, time: string): Promise<boolean> {
  const [found, unseen] = await Promise.all([
    ports.projects.get(project, 'eventual'),
    unseenChanges(ports, project, time),
  ]);
  return found !== null && unseen === null;
}
