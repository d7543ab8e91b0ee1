import { Mirror } from '../../../shared/api/mirror.ts';
import { json } from '../framework/http.ts';
import { type Route, route } from '../framework/route.ts';
import type { ApiPorts } from '../ports.ts';
import { mirrorView } from '../views/mirror.ts';
import { findProject } from './projects.ts';

export function mirrorRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      method: 'GET',
      path: '/projects/{project}/mirror',
      id: 'get-projects-mirror',
      summary: "Get the links that open a project's mirror for a quarter of an hour",
      find: (params) => findProject(ports, params),
      answers: { 200: Mirror },
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
