import { type ApiWorld, apiWorld, credentials, logKey, webhookSecret } from '../../support/api-world.ts';
import { anIntegration, aProject, integrationId } from '../../support/builders.ts';

/** A world with the project `website`, with an integration that Bitbucket accepts. */
export async function anIntegratedProject(
  changes: Parameters<typeof anIntegration>[0] = {},
  title = 'Website',
): Promise<ApiWorld> {
  const world = apiWorld();
  const key = { project: 'website', id: integrationId };
  const { secrets } = world.ports;
  await world.projects.save(aProject({ id: key.project, title }));
  await world.integrations.save(
    anIntegration({
      project: key.project,
      sealed_credentials: await secrets.seal('credentials', key, credentials.secret),
      sealed_webhook_secret: await secrets.seal('webhook', key, webhookSecret),
      sealed_log_key: await secrets.seal('log', key, logKey),
      ...changes,
    }),
  );
  return world;
}
