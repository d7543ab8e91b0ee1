import type { Integration } from '../../../shared/domain/integration.ts';
import { BoughError } from '../../../shared/errors.ts';
import { addIntegration } from '../../../shared/workflow/add-integration.ts';
import { removeIntegration } from '../../../shared/workflow/remove-integration.ts';
import { updateIntegration } from '../../../shared/workflow/update-integration.ts';
import { validateIntegration } from '../../../shared/workflow/validate-integration.ts';
import { listActivities, openOfIntegration } from '../activities.ts';
import { changed, created, json } from '../http.ts';
import { parseIntegrationChanges, parseNewIntegration } from '../inputs.ts';
import type { ApiPorts } from '../ports.ts';
import type { Route } from '../router.ts';
import { activityView } from '../views/activity.ts';
import { integrationView } from '../views/integration.ts';
import { findProject } from './projects.ts';

const collection = '/projects/{project}/integrations';
const resource = `${collection}/{integration}`;

export function integrationRoutes(ports: ApiPorts): Route[] {
  const { apiUrl } = ports;
  const activitiesOf = (integration: Integration) =>
    openOfIntegration(integration).map((activity) => activityView(activity, apiUrl));
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
        const integration = await addIntegration(ports, project.id, parseNewIntegration(request.json()));
        return created(integrationView(integration, apiUrl), activitiesOf(integration));
      },
    },
    {
      method: 'GET',
      path: resource,
      handle: async ({ params }) => json(200, integrationView(await findIntegration(ports, params), apiUrl)),
    },
    {
      method: 'PATCH',
      path: resource,
      handle: async (request) => {
        const before = await findIntegration(ports, request.params);
        const changes = parseIntegrationChanges(before.type, request.json());
        const after = await updateIntegration(ports, before.project, before.id, changes);
        const known = new Set(before.activities.map(({ id }) => id));
        const started = activitiesOf(after).filter(({ id }) => !known.has(id));
        return changed(integrationView(after, apiUrl), started);
      },
    },
    {
      method: 'DELETE',
      path: resource,
      handle: async ({ params }) => {
        const integration = await findIntegration(ports, params);
        const webhook_error = await removeIntegration(ports, integration.project, integration.id);
        return json(200, { status: 'OK', code: 200, webhook_error });
      },
    },
    {
      method: 'POST',
      path: `${resource}/validate`,
      handle: async ({ params }) => {
        const integration = await findIntegration(ports, params);
        const fields = await validateIntegration(ports, integration);
        if (Object.keys(fields).length > 0)
          throw new BoughError('invalid', 'The integration is invalid.', { fields });
        return changed(integrationView(integration, apiUrl));
      },
    },
    {
      // Not a GET: whoever may only read must not be able to sign deliveries.
      method: 'POST',
      path: `${resource}/hook-secret`,
      handle: async ({ params }) => {
        const integration = await findIntegration(ports, params);
        const secret = await ports.secrets.open('webhook', integration, integration.sealed_webhook_secret);
        return json(200, { url: ports.hookUrl(integration), secret });
      },
    },
    {
      method: 'GET',
      path: `${resource}/activities`,
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
