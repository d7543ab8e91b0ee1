import * as z from 'zod/mini';
import { AcceptedIntegration } from '../../../shared/api/accepted.ts';
import { Activity } from '../../../shared/api/activity.ts';
import {
  HookSecret,
  Integration as IntegrationResource,
  PrunePreview,
  RemovedIntegration,
} from '../../../shared/api/integration.ts';
import type { Integration } from '../../../shared/domain/integrations/integration.ts';
import { BoughError } from '../../../shared/errors.ts';
import { addIntegration } from '../../../shared/workflow/integrations/add-integration.ts';
import { previewPrune } from '../../../shared/workflow/integrations/preview-prune.ts';
import { removeIntegration } from '../../../shared/workflow/integrations/remove-integration.ts';
import { requestPrune } from '../../../shared/workflow/integrations/request-prune.ts';
import { updateIntegration } from '../../../shared/workflow/integrations/update-integration.ts';
import { validateIntegration } from '../../../shared/workflow/integrations/validate-integration.ts';
import { type ApiRequest, changed, created, json } from '../framework/http.ts';
import { listResponse } from '../framework/pages.ts';
import { type Route, route } from '../framework/route.ts';
import { ActivityQuery } from '../inputs/activities.ts';
import {
  changesOf,
  IntegrationChanges,
  integrationChanges,
  NewIntegration,
  newIntegration,
  Prune,
} from '../inputs/integrations.ts';
import type { ApiPorts } from '../ports.ts';
import { listActivities, openOfIntegration } from '../queries/activities.ts';
import { showActivities, showIntegration } from '../queries/resources.ts';
import { activityView } from '../views/activity.ts';
import { integrationView } from '../views/integration.ts';
import { projectUrl } from '../views/links.ts';
import { previewView } from '../views/prune-preview.ts';
import { findProject } from './projects.ts';

const collection = '/projects/{project}/integrations';
const resource = `${collection}/{integration}`;

/** The routes of integrations. */
export function integrationRoutes(ports: ApiPorts): Route[] {
  const { apiUrl } = ports;
  const activitiesOf = (integration: Integration) =>
    openOfIntegration(integration).map((activity) => activityView(activity, apiUrl));
  const find = (params: ApiRequest['params']) => findIntegration(ports, params);
  return [
    route({
      method: 'GET',
      path: collection,
      id: 'list-projects-integrations',
      summary: "List a project's integrations",
      find: (params) => findProject(ports, params),
      responses: { 200: z.array(IntegrationResource) },
      isPolled: true,
      async handle({ found: project }) {
        const integrations = await ports.integrations.listOf(project.id);
        return json(
          200,
          integrations.map((integration) => integrationView(integration, apiUrl, project.deletion)),
        );
      },
    }),
    route({
      method: 'POST',
      path: collection,
      id: 'create-projects-integrations',
      summary: 'Add an integration: register its webhook and fetch all branches and pull requests',
      find: (params) => findProject(ports, params),
      body: NewIntegration,
      responses: { 201: AcceptedIntegration },
      async handle({ found: project, body }) {
        const integration = await addIntegration(ports, project.id, newIntegration(body));
        return created(integrationView(integration, apiUrl), activitiesOf(integration));
      },
    }),
    route({
      method: 'GET',
      path: resource,
      id: 'get-projects-integrations',
      summary: 'Get an integration',
      find,
      responses: { 200: IntegrationResource },
      isPolled: true,
      handle: async ({ found: integration }) => json(200, await showIntegration(ports, integration)),
    }),
    route({
      method: 'PATCH',
      path: resource,
      id: 'update-projects-integrations',
      summary: 'Change an integration: newly included branches and pull requests are fetched at once',
      find,
      body: IntegrationChanges,
      bodyOf: ({ type }) => changesOf(type),
      responses: { 200: AcceptedIntegration },
      async handle({ found: before, body }) {
        const after = await updateIntegration(ports, before.project, before.id, integrationChanges(body));
        const known = new Set(before.activities.map(({ id }) => id));
        const started = activitiesOf(after).filter(({ id }) => !known.has(id));
        return changed(integrationView(after, apiUrl), started);
      },
    }),
    route({
      method: 'DELETE',
      path: resource,
      id: 'delete-projects-integrations',
      summary: 'Remove an integration and its webhook; its environments stay',
      find,
      responses: { 200: RemovedIntegration },
      async handle({ found: integration }) {
        const { project, id } = integration;
        const webhook_error = await removeIntegration(ports, project, id);
        const left = (await ports.environments.listOf(project)).filter((one) => one.integration === id);
        return json(200, { status: 'OK', code: 200, webhook_error, environments: left.length });
      },
    }),
    route({
      method: 'POST',
      path: `${resource}/validate`,
      id: 'validate-integration',
      summary: 'Check that Bitbucket accepts the integration’s credentials and sends its events',
      find,
      responses: { 200: AcceptedIntegration },
      async handle({ found: integration }) {
        const fields = await validateIntegration(ports, integration);
        if (Object.keys(fields).length > 0)
          throw new BoughError('invalid', 'The integration is invalid.', { fields });
        return changed(integrationView(integration, apiUrl));
      },
    }),
    route({
      method: 'POST',
      path: `${resource}/prune`,
      id: 'prune-integration',
      summary: 'Bring the environments in line with the repository now, or preview the changes',
      find,
      body: Prune,
      responses: { 200: z.union([AcceptedIntegration, PrunePreview]) },
      async handle({ found: integration, body: { dry_run = false, confirm = false } }) {
        if (dry_run && confirm !== false) throw notBoth();
        if (dry_run) return json(200, previewView(await previewPrune(ports, integration)));
        const { integration: after, started } = await requestPrune(ports, integration, confirm);
        return changed(
          integrationView(after, apiUrl),
          openOfIntegration({ ...after, activities: started }).map((activity) =>
            activityView(activity, apiUrl),
          ),
        );
      },
    }),
    route({
      // Not a GET: callers with read-only access must not be able to sign deliveries.
      method: 'POST',
      path: `${resource}/hook-secret`,
      id: 'get-hook-secret',
      summary: "Get the webhook's address and the secret that signs its deliveries",
      find,
      responses: { 200: HookSecret },
      async handle({ found: integration }) {
        const secret = await ports.secrets.open('webhook', integration, integration.sealed_webhook_secret);
        return json(200, { url: ports.hookUrl(integration), secret });
      },
    }),
    route({
      method: 'GET',
      path: `${resource}/activities`,
      id: 'list-projects-integrations-activities',
      summary: "List an integration's activities, newest first",
      find,
      query: ActivityQuery,
      responses: { 200: z.array(Activity) },
      isPolled: true,
      async handle({ found: integration, query }) {
        const { project, id } = integration;
        const { items, after } = await listActivities(ports, { project, integration }, query);
        const views = await showActivities(ports, project, items);
        const url = `${projectUrl(apiUrl, project)}/integrations/${id}/activities`;
        return listResponse({ items: views, after }, { url, query });
      },
    }),
  ];
}

function notBoth(): BoughError {
  return new BoughError('invalid', 'The body is invalid.', {
    fields: { confirm: 'Cannot be used with dry_run' },
  });
}

/**
 * The integration of a path.
 * @throws BoughError not_found
 */
export async function findIntegration(
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
