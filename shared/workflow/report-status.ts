import type { Integration } from '../domain/integration.ts';
import type { ConnectGitHost, Effect, Integrations, Log } from '../ports.ts';

interface Ports {
  integrations: Pick<Integrations, 'get'>;
  connect: ConnectGitHost;
  log: Log;
  logUrl(integration: Integration, activity: string): Promise<string>;
}

/** Shows on Bitbucket how a commit's deployment goes. */
export function reportStatus({ integrations, connect, log, logUrl }: Ports) {
  return async ({
    project,
    integration: id,
    report,
  }: Extract<Effect, { type: 'status.report' }>): Promise<void> => {
    const integration = await integrations.get(project, id);
    if (!integration) return;
    const { activity, url, ...status } = report;
    const host = await connect(integration);
    await host.reportStatus({ ...status, url: url ?? (await logUrl(integration, activity)) });
    const { environment, state } = status;
    log.info('status reported', { project, integration: id, environment, activity, state });
  };
}
