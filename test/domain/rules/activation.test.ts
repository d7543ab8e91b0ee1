import { describe, expect, it } from 'vitest';
import { type Action, decideAction, type Refusal } from '../../../shared/domain/environments/actions.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import type { IntegrationOptions } from '../../../shared/domain/integrations/integration.ts';
import {
  abbreviated,
  aForkLink,
  aLink,
  anActiveEnvironment,
  anEnvironment,
  anIntegration,
  aPullRequestEnvironment,
  commit,
  moment,
  nameOf,
  queueOf,
  theProductionEnvironment,
} from '../../support/builders.ts';

type Activation = Omit<Extract<Action, { type: 'activate' }>, 'type'>;

function activate(
  environment: Environment,
  options: Partial<IntegrationOptions> | null = {},
  action: Activation = {},
) {
  const integration = options && anIntegration(options);
  return decideAction(
    { type: 'activate', ...action },
    { environment, integration, data_source: null },
    moment,
  );
}

function activated(...request: Parameters<typeof activate>): Environment {
  const decision = activate(...request);
  if (decision.verdict === 'refuse' || !decision.environment) throw new Error(`refused: ${decision.because}`);
  return decision.environment;
}

const refusal = (because: string, remedy: string, field?: string): Refusal => ({
  verdict: 'refuse',
  because,
  remedy,
  ...(field ? { field } : {}),
});

const manual = { environment_init_resources: 'manual' } as const;
const neverActive = { status: 'inactive', resources: null, deployment: null } as const;
const asleep = { status: 'inactive', deployment: null } as const;
/** An environment of a fork at B; `approved` is the last approved commit. */
const fromFork = (approved: string | null = null, changes: Partial<Environment> = neverActive) =>
  aPullRequestEnvironment({ pull_request: aForkLink(approved), head_commit: commit('B'), ...changes });
const approvalOf = ({ pull_request }: Environment) => nameOf(pull_request?.fork?.approved_commit);

describe('activating an environment', () => {
  it('makes it active and deploys its head, because a user wants it', () => {
    const environment = activated(anEnvironment());

    expect(environment).toMatchObject({ status: 'active', resources: 'default', updated_at: moment.now });
    expect(environment.activities).toMatchObject([
      {
        id: moment.activityId,
        type: 'environment.activate',
        text: `Activate feature/x at ${commit('A').slice(0, 7)}`,
        because: 'a user asked for it',
        commit: commit('A'),
        requested: true,
      },
    ]);
  });

  it.each([
    ["a branch's", anEnvironment()],
    ["a branch's that was put to sleep", anActiveEnvironment(asleep)],
    ["a pull request's that was put to sleep", aPullRequestEnvironment(asleep)],
    ["the default branch's that was never active", theProductionEnvironment(neverActive)],
  ])("lets it begin with a copy of the parent's data: %s", (_, environment) => {
    expect(queueOf(activated(environment))).toEqual(['activate A with data, running']);
  });

  it.each([
    [
      'there is no integration to read its code with',
      anEnvironment(),
      null,
      refusal(
        'The environment feature/x has no integration any more.',
        'Add one for its repository: bough integration:add',
      ),
    ],
    [
      'nothing was pushed yet',
      anEnvironment({ head_commit: null }),
      {},
      refusal('The environment feature/x has no code yet.', 'Push to its branch first.'),
    ],
    [
      'it is active',
      anActiveEnvironment(),
      {},
      refusal('The environment feature/x is active already.', 'Deploy it again with environment:redeploy.'),
    ],
    [
      'it is active, and its commit is approved',
      fromFork('B', { deployment: null }),
      {},
      refusal('The environment pr-1 is active already.', 'Deploy it again with environment:redeploy.'),
    ],
    [
      'it is from a fork, and none is built',
      fromFork(),
      { build_fork_pull_requests: 'never' as const },
      refusal(
        'The environment pr-1 is from a fork, and build-fork-pull-requests is never.',
        'Allow them first: bough integration:update --build-fork-pull-requests approved',
      ),
    ],
  ])('is refused when %s', (_, environment, options, expected) => {
    expect(activate(environment, options)).toEqual(expected);
  });
});

describe('the resources of an activation', () => {
  it.each([
    ['are those of the integration', 'minimum', neverActive, undefined, 'minimum'],
    ['are those that the user chooses', 'minimum', neverActive, 'parent', 'parent'],
    ['are those that it had', 'minimum', { ...asleep, resources: 'parent' }, undefined, 'parent'],
    ['are chosen anew', 'minimum', { ...asleep, resources: 'parent' }, 'default', 'default'],
    ['are what the user chooses, where somebody must', 'manual', neverActive, 'minimum', 'minimum'],
    [
      'are those that it had, where somebody chose',
      'manual',
      { ...asleep, resources: 'parent' },
      undefined,
      'parent',
    ],
  ] as const)('%s', (_, environment_init_resources, changes, resources, expected) => {
    const environment = aPullRequestEnvironment(changes);

    expect(activated(environment, { environment_init_resources }, { resources }).resources).toBe(expected);
  });

  it.each([
    ["a branch's", anEnvironment()],
    ["a pull request's", aPullRequestEnvironment(neverActive)],
    ["an approved fork's", fromFork('B')],
    ["a fork's that is being approved", fromFork()],
  ])('must be chosen where resources-init is manual: %s', (_, environment) => {
    expect(activate(environment, manual)).toEqual(
      refusal(
        "Required: the integration's resources-init is manual",
        'Choose default, minimum or parent.',
        'resources.init',
      ),
    );
  });
});

describe('approving a commit of a fork', () => {
  it('activates its environment, and remembers that commit and no other', () => {
    const environment = activated(fromFork());

    expect(environment).toMatchObject({ status: 'active', resources: 'default' });
    expect(approvalOf(environment)).toBe('B');
    expect(queueOf(environment)).toEqual(['activate B with data, running']);
  });

  it('deploys it to an environment that has another, with the data that it has', () => {
    const environment = activated(fromFork('A', { head_commit: commit('B') }));

    expect(approvalOf(environment)).toBe('B');
    expect(queueOf(environment)).toEqual(['activate B, running']);
  });

  it("copies the parent's data again where each push does", () => {
    const environment = activated(fromFork('A', {}), { resync_pull_requests: true });

    expect(queueOf(environment)).toEqual(['activate B with data, running']);
  });

  it.each([
    ['whole', commit('B')],
    ['abbreviated', abbreviated('B')],
  ])('is done when the user has looked at what is its head (%s)', (_, looked) => {
    expect(approvalOf(activated(fromFork(), {}, { commit: looked }))).toBe('B');
  });

  it.each([
    ['with a fork', fromFork(), 'pr-1', 'B'],
    ['with a branch, the same', anEnvironment(), 'feature/x', 'A'],
  ])('is refused when that is not its head any more (%s)', (_, environment, id, head) => {
    expect(activate(environment, {}, { commit: commit('C') })).toEqual(
      refusal(
        `The environment ${id} is at ${commit(head).slice(0, 7)} now, not at ${commit('C').slice(0, 7)}.`,
        'Look at what has changed, then activate it again.',
        'commit',
      ),
    );
  });

  it('is not possible as long as its fork cannot be read: that is tried again, and nothing is approved', () => {
    const unread = fromFork(null, { ...neverActive, head_commit: abbreviated('B') });

    const environment = activated(unread);

    expect(environment).toMatchObject({ status: 'inactive', pull_request: aForkLink() });
    expect(environment.activities).toMatchObject([
      { type: 'environment.push', text: 'Fetch pr-1 again', requested: true },
    ]);
  });

  it('means nothing for one of our own', () => {
    expect(activated(aPullRequestEnvironment(asleep)).pull_request).toEqual(aLink());
  });
});
