import { AcceptedIntegration } from '../../../shared/api/accepted.ts';
import { Board } from '../../../shared/api/integration.ts';
import { boardPath } from '../../../shared/runtime/page-link.ts';
import { renewLinks } from '../../../shared/workflow/integrations/renew-links.ts';
import { changed, json } from '../framework/http.ts';
import { type Route, route } from '../framework/route.ts';
import type { ApiPorts } from '../ports.ts';
import { boardView, integrationView } from '../views/integration.ts';
import { findIntegration } from './integrations.ts';

const resource = '/projects/{project}/integrations/{integration}';

/** The routes of the address of a project's board. The board itself is in `pages.ts`. */
export function boardRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      method: 'GET',
      path: `${resource}/board`,
      id: 'get-board',
      summary: "Get the address of the project's board, which everybody who has it can open",
      find: (params) => findIntegration(ports, params),
      responses: { 200: Board },
      async handle({ found: integration }) {
        const path = await boardPath(ports.secrets, integration);
        return json(200, boardView(integration, path, ports.apiUrl));
      },
    }),
    route({
      method: 'POST',
      path: `${resource}/renew-links`,
      id: 'renew-links',
      summary:
        'End all links to logs, status pages and the board, and give the current build statuses new ones',
      find: (params) => findIntegration(ports, params),
      responses: { 200: AcceptedIntegration },
      async handle({ found: { project, id } }) {
        return changed(integrationView(await renewLinks(ports, project, id), ports.apiUrl));
      },
    }),
  ];
}
