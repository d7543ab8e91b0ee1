import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../shared/domain/activities/activity.ts';
import { conclude, type Outcome } from '../../../shared/domain/activities/conclude.ts';
import { environmentOf, type PullRequest } from '../../../shared/domain/deliveries/source-event.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import {
  coerceOptions,
  defaultOptions,
  fetchesMore,
  type IntegrationOptions,
} from '../../../shared/domain/integrations/integration.ts';
import { decide } from '../../../shared/domain/rules/decide.ts';
import { type Observation, reconcile } from '../../../shared/domain/rules/reconcile.ts';
import { waitsFor } from '../../../shared/domain/rules/waiting.ts';
import {
  aDeployment,
  aForkPullRequest,
  anEnvironment,
  aPullRequest,
  aState,
  commit,
  moment,
} from '../../support/builders.ts';

const either = [true, false];
const every: IntegrationOptions[] = either.flatMap((fetch_branches) =>
  either.flatMap((prune_branches) =>
    either.flatMap((build_pull_requests) =>
      (['never', 'approved', 'always'] as const).flatMap((build_fork_pull_requests) =>
        (['default', 'minimum', 'manual'] as const).map((environment_init_resources) =>
          coerceOptions({
            ...defaultOptions,
            fetch_branches,
            prune_branches,
            build_pull_requests,
            build_fork_pull_requests,
            environment_init_resources,
          }),
        ),
      ),
    ),
  ),
);

const pullRequestsAt = (name: string) => [
  aPullRequest({ source: { commit: commit(name) } }),
  aForkPullRequest({ number: 2, source: { commit: commit(name) } }),
];
const at = (branches: Record<string, string>, pullRequests: PullRequest[]): Observation => ({
  branches: new Map(Object.entries(branches).map(([branch, name]) => [branch, commit(name)])),
  unreadable: new Set(),
  pullRequests: { list: pullRequests, has_more: false },
  mirrored: true,
});
const earlier = at({ main: 'A', 'feature/x': 'A' }, pullRequestsAt('A'));
/** One branch is new, one is deleted, and all others moved. */
const now = at({ main: 'B', 'feature/y': 'B' }, [...pullRequestsAt('B'), aPullRequest({ number: 3 })]);

const found = (seen: Observation, known: readonly Environment[], options: IntegrationOptions) =>
  reconcile(seen, known, aState(options), moment.now).changes.map(({ event }) => event);

/** The environments after a full fetch whose activities all succeeded. */
function fetched(
  seen: Observation,
  known: readonly Environment[],
  options: IntegrationOptions,
): Environment[] {
  const environments = new Map(known.map((environment) => [environment.id, environment]));
  for (const event of found(seen, known, options)) {
    const id = environmentOf(event);
    const state = { ...aState(options), environment: environments.get(id) ?? null };
    const decision = decide(event, state, moment);
    const after = decision.verdict === 'change' ? done(decision.environment, options) : state.environment;
    if (after) environments.set(id, after);
    else environments.delete(id);
  }
  return [...environments.values()];
}

function done(environment: Environment | null, options: IntegrationOptions): Environment | null {
  const [activity] = environment?.activities ?? [];
  if (!environment || !activity) return environment;
  const decision = conclude(successOf(activity, environment, options), environment, moment);
  return decision.verdict === 'change' ? done(decision.environment, options) : environment;
}

function successOf(
  { id, commit: built }: Activity,
  environment: Environment,
  options: IntegrationOptions,
): Outcome {
  const isDeployed = environment.status === 'active' && waitsFor(environment, built, options) === null;
  return {
    activity: id,
    ending: { result: 'success', because: 'it worked' },
    commit: built ?? undefined,
    deployment: built && isDeployed ? aDeployment({ commit: built }) : undefined,
  };
}

/** Every pair of options, with the environments that the first of them produces. */
const changes = every.flatMap((before) => {
  const known = fetched(now, fetched(earlier, [anEnvironment({ id: 'made-here' })], before), before);
  return every.map((after) => ({ before, after, known, events: found(now, known, after) }));
});

describe('whichever options follow whichever', () => {
  it('where nothing is to be fetched at once, nothing would be found', () => {
    const overlooked = changes.filter(
      ({ before, after, events }) => events.length > 0 && !fetchesMore(after, before),
    );

    expect(overlooked).toEqual([]);
  });

  it('nothing is deleted, unless it is pruning that was turned on', () => {
    const destructive = changes.filter(
      ({ before, after, events }) =>
        events.some(({ type }) => type.endsWith('deleted')) &&
        !(after.prune_branches && !before.prune_branches),
    );

    expect(destructive).toEqual([]);
  });

  it('one fetch brings everything in line', () => {
    const unfinished = changes.filter(
      ({ after, known }) => found(now, fetched(now, known, after), after).length > 0,
    );

    expect(unfinished).toEqual([]);
  });

  it('and something is found for most that let in more', () => {
    const fruitful = changes.filter(({ events }) => events.length > 0);
    const hopeful = changes.filter(({ before, after }) => fetchesMore(after, before));

    expect(fruitful.length).toBeGreaterThan(hopeful.length / 2);
  });
});
