import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Activity } from '../../../shared/domain/activities/activity.ts';
import { conclude } from '../../../shared/domain/activities/conclude.ts';
import type { EnvironmentEvent } from '../../../shared/domain/deliveries/source-event.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import type { IntegrationOptions } from '../../../shared/domain/integrations/integration.ts';
import { decide } from '../../../shared/domain/rules/decide.ts';
import { aState } from '../../support/builders.ts';
import {
  at,
  branchEvent,
  forkEvent,
  type Life,
  life,
  live,
  productionLife,
  pullRequestEvent,
  type StepRecord,
  timedSteps,
} from '../../support/lives.ts';

const numRuns = 300;
const always = (law: (moment: StepRecord) => void, of: fc.Arbitrary<Life> = life) =>
  fc.assert(
    fc.property(of, (one) => {
      for (const moment of live(one)) law(moment);
    }),
    { numRuns },
  );

/** The environment before and after one step; null when the step creates or removes it. */
function sameLife({ before, after }: StepRecord): { before: Environment; after: Environment } | null {
  return before && after && before.created_at === after.created_at ? { before, after } : null;
}

const isAction = ({ step }: StepRecord, type: string) => 'action' in step && step.action.type === type;
const approval = ({ pull_request }: Environment) => pull_request?.fork?.approved_commit ?? null;

describe('an environment, after any sequence of events', () => {
  it('at most one activity is running, and it is the first', () => {
    always(({ after }) => {
      const states = (after?.activities ?? []).map(({ state }) => state);

      expect(states).toEqual(states.map((_, place) => (place === 0 ? 'in_progress' : 'pending')));
    });
  });

  it('a running activity continues until it ends by itself', () => {
    always(({ step, before, after }) => {
      const running = before?.activities[0];
      if (running && !('end' in step)) expect(after?.activities[0]).toEqual(running);
    });
  });

  it('the same event changes nothing the second time', () => {
    always(({ step, after, options, now }) => {
      if (!('event' in step)) return;
      const again = { ...at(99), now };

      expect(decide(step.event, { ...aState(options), environment: after }, again).verdict).toBe('ignore');
    });
  });

  it('the same end changes nothing the second time', () => {
    always(({ step, before, after }) => {
      const ended = before?.activities[0];
      if (!('end' in step) || !ended || step.end !== 'first') return;

      expect(conclude({ activity: ended.id, ...step.outcome }, after, at(99)).verdict).toBe('ignore');
    });
  });

  it('requests of users are accepted while no activity is open, and each request is one activity', () => {
    always(({ step, before, after, decision }) => {
      if (!('action' in step) || decision.verdict === 'ignore') return;

      expect(before?.activities).toEqual([]);
      expect(after?.activities).toMatchObject([{ requested: true, state: 'in_progress' }]);
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

  it('the request of a user is cancelled only by an activity that replaces it', () => {
    always(({ step, before, after, decision }) => {
      if ('end' in step || decision.verdict === 'ignore' || !before) return;
      const isCalledOff = decision.finished.some(
        ({ requested, type }) => requested && !type.endsWith('delete'),
      );
      const last = after?.activities.at(-1);

      if (isCalledOff) expect(last?.requested || last?.type === 'environment.delete').toBe(true);
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

  it('while it is protected, a deletion starts only by the request of a user', () => {
    always(({ step, before, after }) => {
      if (!before?.protected || !after) return;
      const deletions = (environment: Environment) =>
        environment.activities.filter(({ type }) => type === 'environment.delete').map(({ id }) => id);
      const known = deletions(before);
      const isNew = deletions(after).some((id) => !known.includes(id));

      if (isNew) expect(step).toEqual({ action: { type: 'delete', confirmed: true } });
    });
  });

  it('while it is active, no deletion starts within the grace period after the deletion of its branch', () => {
    always(({ step, before, after, options, now }) => {
      const isEvent = 'event' in step && step.event.type === 'branch.deleted';
      if (!isEvent || before?.status !== 'active' || options.prune_grace_hours === 0) return;
      const isNew = after?.activities.at(-1)?.type === 'environment.delete' && after !== before;
      const hours = (Date.parse(now) - Date.parse(before.gone_since ?? now)) / 3_600_000;

      if (isNew) expect(hours).toBeGreaterThanOrEqual(options.prune_grace_hours);
    });
  });

  it('it never turns from the branch that it is into a pull request, or back', () => {
    always(({ before, after }) => {
      if (before && after) expect(after.pull_request === null).toBe(before.pull_request === null);
    });
  });

  it('it never turns from a pull request of a fork into one of ours, or back', () => {
    always(({ before, after }) => {
      if (before?.pull_request && after?.pull_request)
        expect(after.pull_request.fork === null).toBe(before.pull_request.fork === null);
    });
  });

  it('it is activated by a user, or by the integration if it never was', () => {
    always((moment) => {
      const both = sameLife(moment);
      if (both?.after.status !== 'active' || both.before.status === 'active') return;

      expect(isAction(moment, 'activate') || both.before.resources === null).toBe(true);
    });
  });

  it('it is deactivated when the deactivation that a user requested has ended', () => {
    always((moment) => {
      const both = sameLife(moment);
      if (both?.after.status !== 'inactive' || both.before.status === 'inactive') return;

      // The queued activity may end too: if the branch was deleted meanwhile, by the deletion.
      expect(moment.decision).toMatchObject({
        finished: expect.arrayContaining([
          expect.objectContaining({ type: 'environment.deactivate', result: 'success', requested: true }),
        ]),
      });
    });
  });

  it('an active one has resources, and keeps them', () => {
    always((moment) => {
      if (moment.after?.status === 'active') expect(moment.after.resources).not.toBeNull();
      const both = sameLife(moment);
      if (both && !isAction(moment, 'activate') && both.before.resources !== null)
        expect(both.after.resources).toBe(both.before.resources);
    });
  });

  it('a commit of a fork is approved by a user or by the option `always`; a user approves a full id', () => {
    always((moment) => {
      const [before, after] = [
        moment.before && approval(moment.before),
        moment.after && approval(moment.after),
      ];
      if (!after || before === after) return;

      if (isAction(moment, 'activate')) expect(after).toHaveLength(40);
      else expect(moment.options.build_fork_pull_requests).toBe('always');
    });
  });

  it("a branch that the repository had stays the repository's", () => {
    always((moment) => {
      const both = sameLife(moment);
      if (both?.before.has_remote) expect(both.after.has_remote).toBe(true);
    });
  });
});

describe('the production environment', () => {
  it('is never deleted and never deactivated, after any sequence of events', () => {
    always(({ after }) => {
      expect(after).toMatchObject({ type: 'production', status: 'active', parent: null });
      expect(
        after?.activities.filter(({ type }) =>
          ['environment.delete', 'environment.deactivate'].includes(type),
        ),
      ).toEqual([]);
    }, productionLife);
  });
});

describe('an option that is off', () => {
  /** The types of the events that change the environment while the option is off. */
  const heard = (event: fc.Arbitrary<EnvironmentEvent>, off: Partial<IntegrationOptions>) =>
    timedSteps(event).map((all) =>
      live({
        environment: null,
        timedSteps: all.map(({ step, options }) => ({ step, options: { ...options, ...off } })),
      }).flatMap(({ step, decision }) =>
        'event' in step && decision.verdict === 'change' ? [step.event.type] : [],
      ),
    );

  it.each<[string, fc.Arbitrary<EnvironmentEvent>, Partial<IntegrationOptions>]>([
    ['fetch-branches: no branch', branchEvent('feature/x'), { fetch_branches: false }],
    ['build-pull-requests: no pull request', pullRequestEvent, { build_pull_requests: false }],
    ['build-fork-pull-requests: none from a fork', forkEvent, { build_fork_pull_requests: 'never' }],
  ])('%s does anything', (_, event, off) => {
    fc.assert(
      fc.property(heard(event, off), (types) => {
        expect(types).toEqual([]);
      }),
    );
  });

  it('prune-branches: no branch takes its environment with it', () => {
    const off = { prune_branches: false };

    fc.assert(
      fc.property(heard(branchEvent('feature/x'), off), (types) => {
        expect(types).not.toContain('branch.deleted');
      }),
    );
  });
});
