import fc from 'fast-check';
import type { Action } from '../../shared/domain/environments/actions.ts';
import type { IntegrationOptions } from '../../shared/domain/integrations/integration.ts';
import { type Fault, faults } from './faulty-bitbucket.ts';

/**
 * One step of a repository, of Bitbucket's deliveries, of Bough or of its users. `which` selects one of the existing
 * items. A step without an item, or that Bough refuses, has no effect.
 */
export type Move =
  | { do: 'push' | 'delete'; branch: string }
  | { do: 'open'; branch: string; target: string }
  | { do: 'open from a fork' | 'push to the fork' | 'rename the fork' | 'delete the fork' }
  | { do: 'edit'; which: number; target: string; title: string }
  | { do: 'merge' | 'decline' | 'lose'; which: number }
  | { do: 'deliver' | 'work'; which: number; again: boolean }
  | { do: 'build'; which: number; works: boolean }
  | { do: 'act'; environment: string; action: Action }
  | { do: 'branch here'; name: string; parent: string; clone_parent: boolean }
  | { do: 'protect'; environment: string; protects: boolean }
  | { do: 'change options'; options: Partial<IntegrationOptions> }
  | { do: 'break'; faults: readonly (Fault | null)[] }
  | { do: 'prune' };

const which = fc.nat({ max: 20 });
const again = fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true));
const branches = ['feature/x', 'release'];
const branch = fc.constantFrom(...branches, 'sandbox');
/** A target that is also a source makes a stacked pull request. */
const target = fc.constantFrom('main', ...branches);
const move = <Name extends Move['do']>(name: Name) => ({ do: fc.constant(name) });

const inRepository: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ ...move('push'), branch: fc.constantFrom('main', ...branches, 'sandbox') }),
  },
  { weight: 2, arbitrary: fc.record({ ...move('delete'), branch }) },
  { weight: 2, arbitrary: fc.record({ ...move('open'), branch, target }) },
  { weight: 1, arbitrary: fc.record(move('open from a fork')) },
  { weight: 1, arbitrary: fc.record(move('push to the fork')) },
  {
    weight: 1,
    arbitrary: fc.record({ ...move('edit'), which, target, title: fc.constantFrom('Old', 'New') }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('merge' as const, 'decline' as const), which }) },
);
const inBough: fc.Arbitrary<Move> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ ...move('deliver'), which, again }) },
  { weight: 1, arbitrary: fc.record({ ...move('work'), which, again }) },
  { weight: 1, arbitrary: fc.record({ ...move('build'), which, works: fc.boolean() }) },
);

const resources = fc.constantFrom(undefined, 'default' as const);
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('activate' as const), resources }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      { type: 'deactivate' as const, confirmed: true },
      { type: 'redeploy' as const },
    ),
  },
  { weight: 1, arbitrary: fc.constant({ type: 'synchronize' as const, code: false, data: true }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('delete' as const), confirmed: fc.boolean() }) },
);
/** Users act on the first three pull requests only. */
const pullRequests = ['pr-1', 'pr-2', 'pr-3'];
const environment = fc.constantFrom('main', ...branches, 'sandbox', ...pullRequests);
const ofUsers: fc.Arbitrary<Move> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ ...move('act'), environment, action }) },
  {
    weight: 1,
    arbitrary: fc.record({
      ...move('branch here'),
      name: branch,
      parent: fc.constantFrom('main', ...branches, ...pullRequests),
      clone_parent: fc.boolean(),
    }),
  },
);

const options: fc.Arbitrary<Partial<IntegrationOptions>> = fc.record(
  {
    fetch_branches: fc.boolean(),
    prune_branches: fc.boolean(),
    prune_grace_hours: fc.constantFrom(0, 0, 1),
    prune_limit: fc.constantFrom({ environments: 0, percent: 0 }, { environments: 1, percent: 20 }),
    build_pull_requests: fc.boolean(),
    pull_requests_clone_parent_data: fc.boolean(),
    resync_pull_requests: fc.boolean(),
    environment_init_resources: fc.constantFrom('manual', 'default', 'minimum', 'parent'),
    build_fork_pull_requests: fc.constantFrom('never', 'approved', 'always'),
  },
  { requiredKeys: [] },
);
const unreliable: fc.Arbitrary<Move> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ ...move('lose'), which }) },
  { weight: 1, arbitrary: fc.record(move('prune')) },
  { weight: 1, arbitrary: fc.record({ ...move('change options'), options }) },
  { weight: 1, arbitrary: fc.record({ ...move('protect'), environment, protects: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('rename the fork' as const, 'delete the fork' as const) }),
  },
);

const movesFrom = (...arbitraries: fc.WeightedArbitrary<Move>[]) =>
  fc.array(fc.oneof(...arbitraries), { minLength: 25, maxLength: 80, size: 'max' });

/** Histories in which every delivery arrives at least once, possibly late. */
export const reliableHistory = movesFrom(
  { weight: 8, arbitrary: inRepository },
  { weight: 12, arbitrary: inBough },
  { weight: 3, arbitrary: ofUsers },
);

/** Histories in which deliveries can be lost, prunes run at any time, and options change. */
export const anyHistory = movesFrom(
  { weight: 8, arbitrary: inRepository },
  { weight: 12, arbitrary: inBough },
  { weight: 3, arbitrary: ofUsers },
  { weight: 3, arbitrary: unreliable },
);
const fault = fc.constantFrom(...faults);
/** The faults of the next calls to Bitbucket: a mix of good and bad responses, or the same fault several times. */
const breaking: fc.Arbitrary<Move> = fc.record({
  ...move('break'),
  faults: fc.oneof(
    fc.array(fc.option(fault), { minLength: 1, maxLength: 6 }),
    fc.tuple(fault, fc.integer({ min: 2, max: 8 })).map(([same, times]) => Array(times).fill(same)),
  ),
});

/** Histories like `anyHistory` with faults of Bitbucket. */
export const faultyHistory = movesFrom(
  { weight: 8, arbitrary: inRepository },
  { weight: 14, arbitrary: inBough },
  { weight: 2, arbitrary: ofUsers },
  { weight: 4, arbitrary: unreliable },
  { weight: 5, arbitrary: breaking },
);
