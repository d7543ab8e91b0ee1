import fc from 'fast-check';
import { conclude, type Outcome } from '../../shared/domain/activities/conclude.ts';
import type { EnvironmentEvent } from '../../shared/domain/deliveries/source-event.ts';
import { type Action, decideAction } from '../../shared/domain/environments/actions.ts';
import { editEnvironment } from '../../shared/domain/environments/edit-environment.ts';
import type { Environment } from '../../shared/domain/environments/environment.ts';
import { coerceOptions, type IntegrationOptions } from '../../shared/domain/integrations/integration.ts';
import { decide } from '../../shared/domain/rules/decide.ts';
import type { Decision } from '../../shared/domain/rules/decision.ts';
import { defaultPruneLimit } from '../../shared/domain/rules/prune-limit.ts';
import {
  abbreviated,
  aDeployment,
  aForkPullRequest,
  anActiveEnvironment,
  anIntegration,
  aPullRequest,
  aState,
  commit,
  start,
  theProductionEnvironment,
} from './builders.ts';

/** A step in the life of an environment: an event, the end of an activity, or a user's action. */
export type Step =
  | { event: EnvironmentEvent }
  | { end: 'first' | 'last' | 'unknown'; outcome: Omit<Outcome, 'activity'> }
  | { action: Action }
  /** A user switches the protection of the environment. */
  | { protects: boolean };

/** A step with the integration's options at that time. */
export interface TimedStep {
  step: Step;
  options: IntegrationOptions;
}

const commits = fc.constantFrom('A', 'B', 'C');
const options: fc.Arbitrary<IntegrationOptions> = fc
  .record({
    fetch_branches: fc.boolean(),
    prune_branches: fc.boolean(),
    prune_grace_hours: fc.constantFrom(0, 0, 1),
    prune_limit: fc.constant(defaultPruneLimit),
    build_pull_requests: fc.boolean(),
    pull_requests_clone_parent_data: fc.boolean(),
    resync_pull_requests: fc.boolean(),
    environment_init_resources: fc.constantFrom(
      'default' as const,
      'minimum' as const,
      'parent' as const,
      'manual' as const,
    ),
    build_fork_pull_requests: fc.constantFrom('never' as const, 'approved' as const, 'always' as const),
    public_pages: fc.boolean(),
    pull_requests_max_pages: fc.constant(null),
  })
  .map(coerceOptions);

/** Events of a branch. */
export const branchEvent = (branch: string): fc.Arbitrary<EnvironmentEvent> =>
  fc.oneof(
    fc.tuple(commits, fc.boolean()).map(([name, mirrored]) => ({
      type: 'branch.pushed' as const,
      branch,
      commit: commit(name),
      ...(mirrored ? { mirrored } : {}),
    })),
    fc.constant({ type: 'branch.deleted' as const, branch }),
  );
const edits = {
  title: fc.constantFrom('One title', 'Another'),
  target: fc.constantFrom('main', 'release'),
};
const head = fc.option(fc.oneof(commits.map(commit), commits.map(abbreviated)));
const ownPullRequest = fc.record({ ...edits, source: fc.record({ commit: head }) }).map(aPullRequest);
const forkPullRequest = fc
  .record({
    ...edits,
    source: fc.record({
      commit: head,
      // A fork can be renamed or deleted.
      repository: fc.constantFrom('stranger/website', 'stranger/website', 'stranger/web', null),
    }),
  })
  .map(aForkPullRequest);
const eventOf = (pullRequest: typeof ownPullRequest): fc.Arbitrary<EnvironmentEvent> =>
  fc.oneof(
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constantFrom('pull_request.opened' as const, 'pull_request.updated' as const),
        pull_request: pullRequest,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        type: fc.constantFrom(
          'pull_request.merged' as const,
          'pull_request.declined' as const,
          'pull_request.deleted' as const,
          'pull_request.superseded' as const,
        ),
        number: fc.constant(1),
      }),
    },
  );
/** Events of pull request #1 from the repository itself. */
export const pullRequestEvent = eventOf(ownPullRequest);
/** Events of pull request #1 from a fork. */
export const forkEvent = eventOf(forkPullRequest);

/** Ends of activities. */
export const end: fc.Arbitrary<Step> = fc.record({
  end: fc.constantFrom('first' as const, 'first' as const, 'last' as const, 'unknown' as const),
  outcome: fc.record({
    ending: fc.record({
      result: fc.constantFrom('success' as const, 'failure' as const, 'cancelled' as const),
      because: fc.constant('it ended'),
    }),
    commit: fc.option(commits.map(commit), { nil: undefined }),
    deployment: fc.option(
      commits.map((name) => aDeployment({ commit: commit(name) })),
      { nil: undefined },
    ),
    waits: fc.option(fc.constant('it waits'), { nil: undefined }),
    gone: fc.option(fc.boolean(), { nil: undefined }),
    source_commit: fc.option(commits.map(commit), { nil: undefined }),
  }),
});
const action: fc.Arbitrary<Step> = fc
  .oneof<fc.Arbitrary<Action>[]>(
    fc.record({
      type: fc.constant('activate' as const),
      resources: fc.constantFrom(undefined, 'default' as const, 'minimum' as const),
      commit: fc.option(fc.oneof(commits.map(commit), commits.map(abbreviated)), { nil: undefined }),
    }),
    fc.constantFrom<Action[]>(
      { type: 'deactivate', confirmed: true },
      { type: 'deactivate' },
      { type: 'redeploy' },
      { type: 'merge' },
      { type: 'delete', confirmed: true },
      { type: 'delete' },
      { type: 'synchronize', code: false, data: true },
      { type: 'synchronize', code: true, data: false },
    ),
  )
  .map((one) => ({ action: one }));

/** Sequences of 1 to 30 steps under up to three sets of options. */
export const timedSteps = (event: fc.Arbitrary<EnvironmentEvent>): fc.Arbitrary<TimedStep[]> =>
  fc
    .tuple(
      fc.array(
        fc.oneof(
          event.map((one): Step => ({ event: one })),
          end,
          action,
          fc.boolean().map((protects): Step => ({ protects })),
        ),
        {
          minLength: 1,
          maxLength: 30,
        },
      ),
      fc.array(options, { minLength: 1, maxLength: 3 }),
    )
    .map(([steps, settings]) =>
      // Options change a few times in a life, not with every step.
      steps.map((step, time) => ({
        step,
        options: settings[Math.floor((time * settings.length) / steps.length)]!,
      })),
    );

/** The initial environment and the steps of a life. */
export interface Life {
  environment: Environment | null;
  timedSteps: TimedStep[];
}

const lifeOf = (event: fc.Arbitrary<EnvironmentEvent>, environment: Environment | null = null) =>
  timedSteps(event).map((all): Life => ({ environment, timedSteps: all }));

/** Lives of a branch with and without a remote, of pull requests, and of a branch that has a pull request's name. */
export const life: fc.Arbitrary<Life> = fc.oneof(
  lifeOf(branchEvent('feature/x')),
  lifeOf(branchEvent('feature/x'), anActiveEnvironment({ has_remote: false })),
  lifeOf(pullRequestEvent),
  lifeOf(forkEvent),
  lifeOf(fc.oneof(branchEvent('pr-1'), pullRequestEvent)),
);

/** Lives of the default branch's environment. */
export const productionLife = lifeOf(branchEvent('main'), theProductionEnvironment());

/** Large enough that a grace period of an hour passes within a life. */
const minutesPerStep = 10;

/** The clock reading and the activity id of a step. */
export const at = (step: number) => ({
  now: new Date(Date.parse(start) + step * minutesPerStep * 60_000).toISOString(),
  activityId: `activity-${step}`,
});

function take({ step, options }: TimedStep, environment: Environment | null, time: number): Decision {
  if ('event' in step) return decide(step.event, { ...aState(options), environment }, at(time));
  if ('end' in step) {
    const open = environment?.activities ?? [];
    const id = { first: open[0]?.id, last: open.at(-1)?.id, unknown: 'unknown' }[step.end] ?? 'none';
    return conclude({ activity: id, ...step.outcome }, environment, at(time));
  }
  if (!environment) return { verdict: 'ignore', because: 'there is no environment' };
  if ('protects' in step) {
    const edit = editEnvironment({ protected: step.protects }, environment, [], at(time).now);
    return edit.verdict === 'edit' && edit.environment !== environment
      ? { verdict: 'change', because: 'a user said so', environment: edit.environment, finished: [] }
      : { verdict: 'ignore', because: 'nothing changes' };
  }
  const scene = { environment, integration: anIntegration(options), data_source: theProductionEnvironment() };
  const decision = decideAction(step.action, scene, at(time));
  return decision.verdict === 'refuse' ? { verdict: 'ignore', because: decision.because } : decision;
}

/** One step of a life with the states before and after it. */
export interface StepRecord extends TimedStep {
  now: string;
  before: Environment | null;
  after: Environment | null;
  decision: Decision;
}

/** Applies the steps in order, as the workflows do, and returns the record of each step. */
export function live({ environment, timedSteps: all }: Life): StepRecord[] {
  const moments: StepRecord[] = [];
  let before = environment;
  for (const [time, timedStep] of all.entries()) {
    // Time 0 belongs to the initial environment.
    const decision = take(timedStep, before, time + 1);
    const after = decision.verdict === 'change' ? decision.environment : before;
    moments.push({ ...timedStep, now: at(time + 1).now, before, after, decision });
    before = after;
  }
  return moments;
}
