import type { Effect } from '../../domain/activities/effect.ts';
import { BoughError } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ConnectGitHost } from '../../ports/git-host.ts';
import type { Integrations } from '../../ports/integrations.ts';
import { noteUndelivered } from './note-undelivered.ts';
import { type SendStatusPorts, sendStatus } from './steps/send-status.ts';

interface Ports extends SendStatusPorts {
  integrations: Pick<Integrations, 'get'>;
  connect: ConnectGitHost;
  clock: Pick<Clock, 'now'>;
}

/** Sends the build status of a commit's deployment to Bitbucket, for one queued report. */
export async function reportStatus(
  ports: Ports,
  effect: Extract<Effect, { type: 'status.report' }>,
): Promise<void> {
  const { project, report } = effect;
  const removed = new BoughError('not_found', 'The integration of the environment has been removed.', {
    remedy: 'A new integration with the same repository sends the status.',
  });
  try {
    await sendStatus(ports, project, report, async (environment) => {
      const id = environment?.integration ?? effect.integration;
      const integration = await ports.integrations.get(project, id);
      if (!integration) throw removed;
      return { integration, host: await ports.connect(integration) };
    });
  } catch (error) {
    if (error !== removed) throw error;
    await noteUndelivered(ports, effect, removed);
  }
}
