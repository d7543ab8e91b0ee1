import type { Integration } from '../../domain/integrations/integration.ts';
import type { RefListing } from '../../domain/mirror/refs.ts';
import { holdBack } from '../../domain/rules/hold-back.ts';
import type { HeldBack } from '../../domain/rules/prune-limit.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Environments } from '../../ports/environments.ts';
import type { ConnectGitHost } from '../../ports/git-host.ts';
import type { Projects } from '../../ports/projects.ts';
import { compareRepository } from './steps/compare-repository.ts';

/** The ports of `previewPrune`. */
export interface PreviewPorts {
  projects: Pick<Projects, 'get'>;
  environments: Pick<Environments, 'listOf'>;
  connect: ConnectGitHost;
  clock: Pick<Clock, 'now'>;
}

/** A prune's effect on one environment. `hold_back` and `keep` change nothing. */
export interface PreviewedChange {
  environment: string;
  change: 'delete' | 'hold_back' | 'create' | 'update' | 'keep';
  because: string;
}

/** The expected result of a prune. */
export interface Preview {
  /** Deletions first. */
  changes: PreviewedChange[];
  held_back: HeldBack | null;
  /** The names of branches and pull requests that are not followed, and why; null without any. */
  left_out: string | null;
}

/** Returns the changes that a prune would make now, with reasons. Read-only; works before the first fetch. */
export async function previewPrune(ports: PreviewPorts, integration: Integration): Promise<Preview> {
  const { project: id, adopts, prune_limit: limit, held_back: before } = integration;
  const [project, all, host] = await Promise.all([
    ports.projects.get(id),
    ports.environments.listOf(id),
    ports.connect(integration),
  ]);
  // Environments that the next fetch adopts count as adopted.
  const environments = all.map((environment) =>
    adopts.includes(environment.integration) ? { ...environment, integration: integration.id } : environment,
  );
  const { changes, kept, left_out } = await compareRepository(
    ports,
    integration,
    host,
    environments,
    (listing) => project?.default_branch ?? branchOfHead(listing),
  );
  const now = ports.clock.now();
  const { held_back } = holdBack(changes, environments, { limit, confirmed: null, before, now });
  const previewed: PreviewedChange[] = [
    ...changes.map(({ environment, change, because }) => ({
      environment,
      change: held_back && change === 'delete' ? ('hold_back' as const) : change,
      because,
    })),
    ...kept.map(({ environment, because }) => ({ environment, change: 'keep' as const, because })),
  ];
  const order = ['delete', 'hold_back', 'create', 'update', 'keep'];
  return {
    changes: previewed.toSorted((a, b) => order.indexOf(a.change) - order.indexOf(b.change)),
    held_back,
    left_out,
  };
}

function branchOfHead({ head, refs }: RefListing): string | null {
  return head !== null && refs.has(head) ? head.replace('refs/heads/', '') : null;
}
