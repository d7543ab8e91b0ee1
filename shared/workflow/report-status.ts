import type { ConnectGitHost, Effect, Integrations } from '../ports.ts';
import { type SendStatusPorts, sendStatus } from './send-status.ts';

interface Ports extends SendStatusPorts {
  integrations: Pick<Integrations, 'get'>;
  connect: ConnectGitHost;
}

/** Shows on Bitbucket how a commit's deployment goes. */
export function reportStatus(ports: Ports) {
  return async (effect: Extract<Effect, { type: 'status.report' }>): Promise<void> => {
    const { project, report } = effect;
    await sendStatus(ports, project, report, async (environment) => {
      const id = environment?.integration ?? effect.integration;
      const integration = await ports.integrations.get(project, id);
      return integration && { integration, host: await ports.connect(integration) };
    });
  };
}
