import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { Activity } from '../../shared/domain/activity.ts';
import { conclude, type Outcome } from '../../shared/domain/conclude.ts';
import { decide } from '../../shared/domain/decide.ts';
import type { Decision, State } from '../../shared/domain/decision.ts';
import type { Environment } from '../../shared/domain/environment.ts';
import type { IntegrationOptions } from '../../shared/domain/integration.ts';
import type { EnvironmentEvent } from '../../shared/domain/source-event.ts';
import { abbreviated, aDeployment, aPullRequest, aState, commit, start } from '../support/builders.ts';

vi.setConfig({ testTimeout: 60_000 });

/** What can happen to one environment: an event about it, or the end of one of its activities. */
type Step =
  | { event: EnvironmentEvent }
  | { end: 'first' | 'last' | 'unknown'; outcome: Omit<Outcome, 'activity'> };

const commits = fc.constantFrom('A', 'B', 'C');
const options: fc.Arbitrary<IntegrationOptions> = fc.record({
  fetch_branches: fc.boolean(),
  prune_branches: fc.boolean(),
  build_pull_requests: fc.boolean(),
  pull_requests_clone_parent_data: fc.boolean(),
  resync_pull_requests: fc.boolean(),
});

const branchEvent = (branch: string): fc.Arbitrary<EnvironmentEvent> =>
  fc.oneof(
    fc.tuple(commits, fc.boolean()).map(([name, mirrored]) => ({
      type: 'branch.pushed' as const,
      branch,
      commit: commit(name),
      ...(mirrored ? { mirrored } : {}),
    })),
    fc.constant({ type: 'branch.deleted' as const, branch }),
  );
const pullRequest = fc
  .record({
    title: fc.constantFrom('One title', 'Another'),
    target: fc.constantFrom('main', 'release'),
    source: fc.record({ commit: fc.option(fc.oneof(commits.map(commit), commits.map(abbreviated))) }),
    fork: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
  })
  .map(aPullRequest);
const pullRequestEvent: fc.Arbitrary<EnvironmentEvent> = fc.oneof(
  fc.record({
    type: fc.constantFrom('pull_request.opened' as const, 'pull_request.updated' as const),
    pull_request: pullRequest,
  }),
  fc.record({
    type: fc.constantFrom(
      'pull_request.merged' as const,
      'pull_request.declined' as const,
      'pull_request.deleted' as const,
      'pull_request.superseded' as const,
    ),
    number: fc.constant(1),
  }),
);
const end: fc.Arbitrary<Step> = fc.record({
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
    gone: fc.option(fc.boolean(), { nil: undefined }),
    alive: fc.option(commits.map(commit), { nil: undefined }),
  }),
});

const stepsOf = (event: fc.Arbitrary<EnvironmentEvent>) =>
  fc.array(
    fc.oneof(
      event.map((one): Step => ({ event: one })),
      end,
    ),
    { minLength: 1, maxLength: 30 },
  );
/** The lives of a branch, of a pull request, and of a name that both of them want. */
const life: fc.Arbitrary<Step[]> = fc.oneof(
  stepsOf(branchEvent('feature/x')),
  stepsOf(pullRequestEvent),
  stepsOf(fc.oneof(branchEvent('pr-1'), pullRequestEvent)),
);

const at = (step: number) => ({
  now: new Date(Date.parse(start) + step * 60_000).toISOString(),
  activityId: `activity-${step}`,
});

function take(step: Step, state: State, time: number): Decision {
  if ('event' in step) return decide(step.event, state, at(time));
  const { environment } = state;
  const open = environment?.activities ?? [];
  const id = { first: open[0]?.id, last: open.at(-1)?.id, unknown: 'unknown' }[step.end] ?? 'none';
  return conclude({ activity: id, ...step.outcome }, environment, at(time));
}

interface Moment {
  step: Step;
  before: Environment | null;
  after: Environment | null;
  decision: Decision;
}

/** Takes the steps one after the other, as the workflows do, and shows every one of them. */
function live(
  steps: readonly Step[],
  settings: Partial<IntegrationOptions>,
  environment: Environment | null = null,
) {
  const moments: Moment[] = [];
  let before = environment;
  for (const [time, step] of steps.entries()) {
    const decision = take(step, { ...aState(settings), environment: before }, time);
    const after = decision.verdict === 'change' ? decision.environment : before;
    moments.push({ step, before, after, decision });
    before = after;
  }
  return moments;
}

describe('whatever happens to an environment', () => {
  const always = (law: (moment: Moment, settings: IntegrationOptions) => void) =>
    fc.assert(
      fc.property(life, options, (steps, settings) => {
        for (const moment of live(steps, settings)) law(moment, settings);
      }),
      { numRuns: 300 },
    );

  it('at most one activity is running, and it is the first', () => {
    always(({ after }) => {
      const states = (after?.activities ?? []).map(({ state }) => state);

      expect(states).toEqual(states.map((_, place) => (place === 0 ? 'in_progress' : 'pending')));
    });
  });

  it('what is running goes on until it ends by itself', () => {
    always(({ step, before, after }) => {
      const running = before?.activities[0];
      if (running && 'event' in step) expect(after?.activities[0]).toEqual(running);
    });
  });

  it('the same event changes nothing the second time', () => {
    always(({ step, after }, settings) => {
      if (!('event' in step)) return;

      expect(decide(step.event, { ...aState(settings), environment: after }, at(99)).verdict).toBe('ignore');
    });
  });

  it('the same end changes nothing the second time', () => {
    always(({ step, before, after }) => {
      const ended = before?.activities[0];
      if ('event' in step || !ended || step.end !== 'first') return;

      expect(conclude({ activity: ended.id, ...step.outcome }, after, at(99)).verdict).toBe('ignore');
    });
  });

  it('no activity is lost: each is under way, or history with an end and a reason', () => {
    always(({ before, after, decision }) => {
      const ids = (activities: readonly Activity[] = []) => activities.map(({ id }) => id);
      const finished = decision.verdict === 'change' ? decision.finished : [];

      expect(finished.filter(({ completed_at, because }) => !completed_at || !because)).toEqual([]);
      expect([...ids(after?.activities), ...ids(finished)]).toEqual(
        expect.arrayContaining(ids(before?.activities)),
      );
      expect(ids(after?.activities).filter((id) => ids(finished).includes(id))).toEqual([]);
    });
  });

  it('every decision has a reason', () => {
    always(({ decision }) => expect(decision.because).not.toBe(''));
  });

  it('it is deleted by a deletion that succeeded, and by nothing else', () => {
    always(({ before, after, decision }) => {
      if (!before || after) return;

      expect(decision).toMatchObject({ finished: [{ type: 'environment.delete', result: 'success' }] });
    });
  });

  it('it never turns from the branch that it is into a pull request, or back', () => {
    always(({ before, after }) => {
      if (before && after) expect(after.pull_request === null).toBe(before.pull_request === null);
    });
  });

  it('an inactive one is never deployed, and an active one stays active until it is deleted', () => {
    always(({ before, after }) => {
      const isBornAgain = before && after && before.created_at !== after.created_at;
      if (before && after && !isBornAgain) expect(after.status).toBe(before.status);
    });
  });
});

describe('the production environment', () => {
  it('is never deleted, whatever happens', () => {
    const steps = fc.array(
      fc.oneof(
        branchEvent('main').map((event): Step => ({ event })),
        end,
      ),
      { minLength: 1, maxLength: 30 },
    );
    const birth: Step = { event: { type: 'branch.pushed', branch: 'main', commit: commit('A') } };

    fc.assert(
      fc.property(steps, options, (later, settings) => {
        const moments = live([birth, ...later], { ...settings, fetch_branches: true });

        for (const { after } of moments) {
          expect(after).toMatchObject({ type: 'production', status: 'active', parent: null });
          expect(after?.activities.filter(({ type }) => type === 'environment.delete')).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('an option that is off', () => {
  const off = <T extends keyof IntegrationOptions>(option: T) => ({ [option]: false });
  const verdicts = (steps: Step[], settings: Partial<IntegrationOptions>) =>
    live(steps, settings).filter(({ step, decision }) => 'event' in step && decision.verdict === 'change');

  it('fetch-branches: no branch does anything', () => {
    fc.assert(
      fc.property(stepsOf(branchEvent('feature/x')), (steps) => {
        expect(verdicts(steps, off('fetch_branches'))).toEqual([]);
      }),
    );
  });

  it('prune-branches: no branch takes its environment with it', () => {
    fc.assert(
      fc.property(stepsOf(branchEvent('feature/x')), (steps) => {
        const types = verdicts(steps, off('prune_branches')).map(
          ({ step }) => 'event' in step && step.event.type,
        );

        expect(types).not.toContain('branch.deleted');
      }),
    );
  });

  it('build-pull-requests: no pull request does anything but end', () => {
    fc.assert(
      fc.property(stepsOf(pullRequestEvent), (steps) => {
        expect(verdicts(steps, off('build_pull_requests'))).toEqual([]);
      }),
    );
  });
});
