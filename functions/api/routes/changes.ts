import { Changes } from '../../../shared/api/changes.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import type { Project } from '../../../shared/domain/projects/project.ts';
import type { RecentChanges } from '../../../shared/ports/changes.ts';
import { inParallel } from '../../../shared/runtime/in-parallel.ts';
import { formatTag, notModified, parseTag } from '../framework/entity-tag.ts';
import { json } from '../framework/http.ts';
import { type Route, route } from '../framework/route.ts';
import type { ApiPorts } from '../ports.ts';
import { unseenChanges } from '../queries/changes.ts';
import { showRows } from '../queries/resources.ts';
import { findProject } from './projects.ts';

/** Changed environments in one response; with more, a client reads the whole list. */
export const mostChanged = 100;
/** Environments that are read at the same time. */
const readsAtOnce = 10;

const everything: Changes = { everything: true, environments: [], gone: [], integrations: true };

/** The route by which clients follow a project. */
export function changeRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      method: 'GET',
      path: '/projects/{project}/changes',
      id: 'list-projects-changes',
      summary:
        'List what changed since the response whose entity tag is in `If-None-Match`; status 304 when nothing did',
      find: (params) => findProject(ports, params, 'eventual'),
      responses: { 200: Changes },
      canBeUnmodified: true,
      async handle({ found: project, ifNoneMatch }) {
        const known = parseTag(ifNoneMatch);
        const time = ports.clock.now();
        const unseen = known && (await unseenChanges(ports, project.id, known.time));
        if (known && !unseen) return notModified(known);
        const body = unseen ? await changesView(ports, project, unseen) : everything;
        const response = json(200, body);
        return { ...response, headers: { ...response.headers, etag: formatTag({ time, hash: '' }) } };
      },
    }),
  ];
}

async function changesView(ports: ApiPorts, project: Project, unseen: RecentChanges): Promise<Changes> {
  const { environments: ids, has_integrations, has_everything } = unseen;
  if (has_everything || ids.length > mostChanged) return everything;
  const found = new Map<string, Environment>();
  await inParallel(ids, readsAtOnce, async (id) => {
    const environment = await ports.environments.get(project.id, id);
    if (environment) found.set(id, environment);
  });
  return {
    everything: false,
    environments: await showRows(ports, project, [...found.values()]),
    gone: ids.filter((id) => !found.has(id)),
    integrations: has_integrations,
  };
}
