import { deploys } from '../activities/activity.ts';
import type { Integration } from '../integrations/integration.ts';
import { shouldBeActive } from '../rules/waiting.ts';
import { currentWait } from './current-wait.ts';
import { type Environment, shownStatus } from './environment.ts';

/** The phases of an environment, as readers without an account see them. */
export type Phase =
  | 'ready'
  | 'deploying'
  | 'updating'
  | 'waiting'
  | 'failed'
  | 'stopped'
  | 'deleting'
  | 'inactive';

/** An environment's phase, with its reason. */
export interface Progress {
  phase: Phase;
  /** Null where the phase needs no reason. */
  because: string | null;
  /** For a wait that ends by itself: its beginning and the time of the next try. */
  delay: { since: string; next_try: string } | null;
}

/** The phase of an environment: its wait or its current work, else the result of its last deployment. */
export function progressOf(environment: Environment, integration: Integration): Progress {
  const { activities } = environment;
  const wait = currentWait(environment, integration);
  if (wait?.next_try) {
    const { because, since, next_try } = wait;
    return { phase: 'waiting', because, delay: { since, next_try } };
  }
  if (shownStatus(environment) === 'deleting') return plain('deleting', activities.at(-1)?.because);
  const [current] = activities;
  if (current) {
    const isDeployment = deploys(current) && shouldBeActive(environment);
    return plain(isDeployment ? 'deploying' : 'updating', current.because);
  }
  return wait ? plain('waiting', wait.because) : settled(environment);
}

/** The phase of an environment that neither works nor waits. */
function settled(environment: Environment): Progress {
  const { build_status, deployment } = environment;
  if (!shouldBeActive(environment)) return plain('inactive');
  if (build_status && build_status.state !== 'successful')
    return plain(build_status.state, build_status.description);
  return plain(deployment ? 'ready' : 'inactive');
}

function plain(phase: Phase, because: string | null = null): Progress {
  return { phase, because, delay: null };
}
