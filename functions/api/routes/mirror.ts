import { json } from '../http.ts';
import type { ApiPorts } from '../ports.ts';
import type { Route } from '../router.ts';
import { mirrorView } from '../views/mirror.ts';
import { findProject } from './projects.ts';

export function mirrorRoutes(ports: ApiPorts): Route[] {
  return [
    {
      method: 'GET',
      path: '/projects/{project}/mirror',
      handle: async ({ params }) => {
        const project = await findProject(ports, params);
        const [mirror, [integration]] = await Promise.all([
          ports.mirrorLinks.of(project.id),
          ports.integrations.listOf(project.id),
        ]);
        const repositoryUrl = integration ? ports.repositoryUrl(integration) : null;
        return json(200, mirrorView(project, repositoryUrl, mirror, ports.apiUrl));
      },
    },
  ];
}
