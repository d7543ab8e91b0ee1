import { describe, expect, it } from 'vitest';
import type { EnvironmentEvent } from '../../../shared/domain/deliveries/source-event.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import { decide } from '../../../shared/domain/rules/decide.ts';
import {
  anActiveEnvironment,
  anEnvironment,
  aPullRequest,
  aPullRequestEnvironment,
  aState,
  changeOf,
  commit,
  moment,
  queueOf,
  theProductionEnvironment,
} from '../../support/builders.ts';

type Options = NonNullable<Parameters<typeof aState>[0]>;

const pushed = (branch: string, name = 'A', mirrored = false): EnvironmentEvent => ({
  type: 'branch.pushed',
  branch,
  commit: commit(name),
  ...(mirrored ? { mirrored } : {}),
});
const told = (name = 'A'): EnvironmentEvent => ({
  type: 'pull_request.updated',
  pull_request: aPullRequest({ source: { commit: commit(name) } }),
});
const decided = (event: EnvironmentEvent, options: Options) => decide(event, aState(options), moment);
const changed = (event: EnvironmentEvent, options: Options) => changeOf(decided(event, options));

const neverActive = { status: 'inactive', resources: null, deployment: null } as const;
const manual = { environment_init_resources: 'manual' } as const;

describe.each(['default', 'minimum', 'parent'] as const)('resources-init %s', (strategy) => {
  const options = { environment_init_resources: strategy };

  it.each([
    ["the default branch's environment", pushed('main')],
    ["the default branch's environment, fetched", pushed('main', 'A', true)],
    ["a pull request's", told()],
  ])('is what %s is given when it is created', (_, event) => {
    expect(changed(event, options).environment).toMatchObject({ status: 'active', resources: strategy });
  });

  it.each([
    ['pushed', pushed('feature/x')],
    ['fetched', pushed('feature/x', 'A', true)],
  ])("is not given to a branch's that sleeps (%s)", (_, event) => {
    expect(changed(event, options).environment).toMatchObject({ status: 'inactive', resources: null });
  });

  it('changes nothing for environments that have their resources', () => {
    const environment = aPullRequestEnvironment({ resources: 'parent' });

    expect(changed(told('B'), { ...options, environment }).environment.resources).toBe('parent');
  });
});

describe('resources-init manual', () => {
  it.each([
    ["the default branch's environment", pushed('main'), 'push A, running'],
    ["the default branch's environment, fetched", pushed('main', 'A', true), 'push A, running'],
    ["a pull request's", told(), 'push A, running'],
  ])('lets %s be created asleep, and mirrored, where it will say what it waits for', (_, event, queue) => {
    const { environment } = changed(event, manual);

    expect(environment).toMatchObject({ status: 'inactive', resources: null });
    expect(queueOf(environment)).toEqual([queue]);
  });

  it("is the reason that a pull request's gives", () => {
    expect(changed(told(), manual).because).toBe('pull request #1 is open and waits for resources');
  });

  it.each([
    ["the default branch's", theProductionEnvironment(neverActive), pushed('main', 'B'), 'push B, running'],
    [
      "the default branch's, and told what it waits for, after a fetch",
      theProductionEnvironment(neverActive),
      pushed('main', 'B', true),
      'push B, running',
    ],
    ["a pull request's", aPullRequestEnvironment(neverActive), told('B'), 'push B, running'],
  ])('has %s fetched on, while it waits', (_, environment, event, queue) => {
    const { environment: after } = changed(event, { ...manual, environment });

    expect(after).toMatchObject({ status: 'inactive', resources: null });
    expect(queueOf(after)).toEqual([queue]);
  });

  it.each([
    ["the default branch's", theProductionEnvironment(neverActive), pushed('main')],
    ["a pull request's", aPullRequestEnvironment(neverActive), told()],
    ["a branch's", anEnvironment(), pushed('feature/x')],
  ])('has nothing to say about %s that has not moved', (_, environment, event) => {
    expect(decided(event, { ...manual, environment }).verdict).toBe('ignore');
  });

  it.each([
    ["the default branch's", theProductionEnvironment(), pushed('main', 'B')],
    ["a pull request's", aPullRequestEnvironment(), told('B')],
    ["a branch's", anActiveEnvironment(), pushed('feature/x', 'B')],
  ])('does not stop %s that is active already', (_, environment, event) => {
    const { environment: after } = changed(event, { ...manual, environment });

    expect(after.status).toBe('active');
    expect(queueOf(after)).toEqual(['push B, running']);
  });
});

describe('resources-init that is manual no more', () => {
  const init = { environment_init_resources: 'minimum' } as const;

  it.each([
    ["the default branch's", theProductionEnvironment(neverActive), pushed('main'), 'push A, running'],
    ["a pull request's", aPullRequestEnvironment(neverActive), told(), 'activate A with data, running'],
  ])('activates %s that was never active', (_, environment, event, queue) => {
    const { environment: after } = changed(event, { ...init, environment });

    expect(after).toMatchObject({ status: 'active', resources: 'minimum' });
    expect(queueOf(after)).toEqual([queue]);
  });

  it.each<[string, Environment, EnvironmentEvent]>([
    [
      "a pull request's that a user has put to sleep",
      aPullRequestEnvironment({ ...neverActive, resources: 'default' }),
      told(),
    ],
    [
      "a branch's that a user has put to sleep",
      anEnvironment({ ...neverActive, resources: 'default' }),
      pushed('feature/x'),
    ],
    ["a branch's that was never active", anEnvironment(), pushed('feature/x')],
    ["a pull request's that is active", aPullRequestEnvironment(), told()],
  ])('leaves %s as it is', (_, environment, event) => {
    expect(decided(event, { ...init, environment }).verdict).toBe('ignore');
  });

  it('does not activate an environment that a user deactivated: a push is mirrored only', () => {
    const environment = aPullRequestEnvironment({ ...neverActive, resources: 'default' });

    const { environment: after } = changed(told('B'), { ...init, environment });

    expect(after.status).toBe('inactive');
    expect(queueOf(after)).toEqual(['push B, running']);
  });
});
