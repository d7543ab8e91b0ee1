import type { Integration } from '../../../shared/domain/integration.ts';
import { BoughError } from '../../../shared/errors.ts';
import { addIntegration } from '../../../shared/workflow/add-integration.ts';
import { listActivities, openOfIntegration } from '../activities.ts';
import { created, json } from '../http.ts';
import { NewIntegration, parseInput } from '../inputs.ts';
import type { ApiPorts } from '../ports.ts';
import type { Route } from '../router.ts';
import { activityView } from '../views/activity.ts';
import { integrationView } from '../views/integration.ts';
import { findProject } from './projects.ts';

const collection = '/projects/{project}/integrations';

export function integrationRoutes(ports: ApiPorts): Route[] {
  const { apiUrl } = ports;
  return [
    {
      method: 'GET',
      path: collection,
      handle: async ({ params }) => {
        const project = await findProject(ports, params);
        const integrations = await ports.integrations.listOf(project.id);
        return json(
          200,
          integrations.map((integration) => integrationView(integration, apiUrl)),
        );
      },
    },
    {
      method: 'POST',
      path: collection,
      handle: async (request) => {
        const project = await findProject(ports, request.params);
        const integration = await addIntegration(
          ports,
          project.id,
          parseInput(NewIntegration, request.json()),
        );
        const activities = openOfIntegration(integration).map((activity) => activityView(activity, apiUrl));
        return created(integrationView(integration, apiUrl), activities);
      },
    },
    {
      method: 'GET',
      path: `${collection}/{integration}`,
      handle: async ({ params }) => json(200, integrationView(await findIntegration(ports, params), apiUrl)),
    },
    {
      method: 'GET',
      path: `${collection}/{integration}/activities`,
      handle: async ({ params, query }) => {
        const integration = await findIntegration(ports, params);
        const activities = await listActivities(ports, { project: integration.project, integration }, query);
        return json(
          200,
          activities.map((activity) => activityView(activity, apiUrl)),
        );
      },
    },
  ];
}

async function findIntegration(
  ports: ApiPorts,
  params: Readonly<Record<string, string>>,
): Promise<Integration> {
  const project = await findProject(ports, params);
  const id = params['integration'] ?? '';
  const integration = await ports.integrations.get(project.id, id);
  if (!integration)
    throw new BoughError('not_found', `There is no integration ${id} in project ${project.id}.`);
  return integration;
}
