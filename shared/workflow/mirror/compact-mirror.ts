import type { Integration } from '../../domain/integrations/integration.ts';
import type { MirrorState } from '../../domain/mirror/mirror.ts';
import { sizeOf, whyRenew } from '../../domain/mirror/mirror-chain.ts';
import { isSweepDue, keptSince } from '../../domain/mirror/superseded-bundles.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Environments } from '../../ports/environments.ts';
import type { ConnectGitHost } from '../../ports/git-host.ts';
import type { Integrations } from '../../ports/integrations.ts';
import type { Log } from '../../ports/log.ts';
import type { Mirrors } from '../../ports/mirrors.ts';
import { renewMirror } from './steps/renew-mirror.ts';

interface Ports {
  integrations: Pick<Integrations, 'get'>;
  environments: Pick<Environments, 'listOf'>;
  mirrors: Mirrors;
  connect: ConnectGitHost;
  clock: Clock;
  log: Log;
}

/**
 * Renews a project's mirror when its chain is long or wasteful, and sweeps objects that no chain needs.
 * Idempotent: without due work, nothing changes.
 */
export async function compactMirror(ports: Ports, project: string, id: string): Promise<void> {
  const { integrations, mirrors, clock, log } = ports;
  const integration = await integrations.get(project, id);
  if (!integration) return;
  const state = await mirrors.read(project, []);
  const because = whyRenew(sizeOf(state));
  if (because) await renew(ports, integration, await mirrors.read(project, 'all'), because);
  const now = clock.now();
  if (!isSweepDue(state, now)) return;
  const removed = await mirrors.sweep(project, { now, before: keptSince(now) });
  log.info('mirror swept', { project, integration: id, removed });
}

/** A failed renewal is logged only: the old chain stays valid, and the sweep does not depend on the renewal. */
async function renew(
  ports: Ports,
  integration: Integration,
  state: MirrorState,
  because: string,
): Promise<void> {
  const fields = { project: integration.project, integration: integration.id, because };
  try {
    const isRenewed = await renewMirror(ports, integration, state);
    if (isRenewed) ports.log.info('mirror compacted', fields);
    else ports.log.info('mirror not compacted: another writer changed the mirror', fields);
  } catch (error) {
    ports.log.warn('mirror not compacted', { ...fields, error });
  }
}
