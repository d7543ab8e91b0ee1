import { Mirror } from '../../../shared/api/mirror.ts';
import { json } from '../framework/http.ts';
import { type Route, route } from '../framework/route.ts';
import type { ApiPorts } from '../ports.ts';
import { mirrorView } from '../views/mirror.ts';
import { findProject } from './projects.ts';

/** The route of a project's mirror. */
export function mirrorRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      method: 'GET',
      path: '/projects/{project}/mirror',
      id: 'get-projects-mirror',
      summary: "Get links that read a project's mirror for 15 minutes",
      find: (params) => findProject(ports, params),
      responses: { 200: Mirror },
      async handle({ found: project }) {
        const [mirror, [integration]] = await Promise.all([
          ports.mirrorLinks.of(project.id),
          ports.integrations.listOf(project.id),
        ]);
        const repositoryUrl = integration ? ports.repositoryUrl(integration) : null;
        return json(200, mirrorView(project, repositoryUrl, mirror, ports.apiUrl));
      },
    }),
  ];
}
