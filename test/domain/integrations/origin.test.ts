import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import {
  belongTo,
  explainOrphans,
  originOf,
  orphansOf,
  remember,
} from '../../../shared/domain/integrations/origin.ts';
import {
  aForkLink,
  anActiveEnvironment,
  anEnvironment,
  anIntegration,
  aPullRequestEnvironment,
  aServerIntegration,
  commit,
  theProductionEnvironment,
} from '../../support/builders.ts';

const integration = anIntegration();
const environments = [theProductionEnvironment(), anActiveEnvironment()];
const orphans = (former: Parameters<typeof orphansOf>[1], some: Environment[] = environments) =>
  orphansOf(some, former)[0]!;
const refs = (branches: Record<string, string>) =>
  new Map(Object.entries(branches).map(([branch, name]) => [`refs/heads/${branch}`, commit(name)]));

describe('environments that an integration has left behind', () => {
  const left = orphans(remember([], integration));

  it('belong to its repository, even after a rename', () => {
    const renamed = originOf(anIntegration({ id: 'next', repository: 'acme/shop' }));

    expect(belongTo(left, renamed, null)).toBe(true);
  });

  it('come from no other repository, though that has the same commits', () => {
    const fork = originOf(anIntegration({ repository_uuid: '{another}' }));

    expect(belongTo(left, fork, refs({ main: 'A', 'feature/x': 'A' }))).toBe(false);
  });

  it('of a server come from no repository of another server, though that has the same id', () => {
    const former = remember([], aServerIntegration());

    expect(belongTo(orphans(former), originOf(aServerIntegration()), null)).toBe(true);
    expect(belongTo(orphans(former), originOf(aServerIntegration({ url: 'https://other' })), null)).toBe(
      false,
    );
  });

  it.each<[string, Record<string, string>, Environment[], boolean]>([
    ['each is at the commit that the repository has', { main: 'A', 'feature/x': 'A' }, environments, true],
    ['one is at another commit', { main: 'A', 'feature/x': 'B' }, environments, false],
    ['the repository lacks one', { main: 'A' }, environments, false],
    ['none has code', { main: 'A' }, [anEnvironment({ head_commit: null })], false],
    [
      "only a fork's has code",
      { 'feature/x': 'A' },
      [aPullRequestEnvironment({ pull_request: aForkLink() })],
      false,
    ],
    ['there are none', {}, [], false],
  ])(
    'of which nobody knows where they come from, are taken for its own only if %s',
    (_, branches, some, expected) => {
      const unknown = { integration: 'forgotten', environments: some, origin: null };

      expect(belongTo(unknown, originOf(integration), refs(branches))).toBe(expected);
    },
  );
});

describe("the list of a project's former integrations", () => {
  it('is bounded: the oldest are forgotten', () => {
    const ids = Array.from({ length: 30 }, (_, index) => `integration-${index}`);
    const former = ids.reduce<ReturnType<typeof remember>>(
      (all, id) => remember(all, anIntegration({ id })),
      [],
    );

    expect(former.map(({ id }) => id)).toEqual(ids.slice(-20));
  });

  it('has the latest entry of each', () => {
    const twice = remember(remember([], integration), { ...integration, repository: 'acme/shop' });

    expect(twice).toMatchObject([{ id: integration.id, repository: 'acme/shop' }]);
  });
});

describe('the refusal of another repository', () => {
  it('lists the environments and both remedies', () => {
    const text = explainOrphans([orphans(remember([], integration))], 2);

    expect(text.split('\n')).toEqual([
      'The project still has 2 environments of another repository (acme/website): feature/x, main.',
      '  To take them over, use --adopt (in the API: "adopt": true). An environment whose branch or pull request is not in this repository is then deleted.',
      "  To delete them first: bough environment:delete --delete-branch --allow-delete-parent '%'",
    ]);
  });

  it('names the environments to delete where others stay, and no more than ten', () => {
    const many = Array.from({ length: 12 }, (_, index) => anEnvironment({ id: `x${index}` }));

    expect(explainOrphans([orphans([], environments)], 3)).toContain(
      "--allow-delete-parent 'feature/x' 'main'",
    );
    expect(explainOrphans([orphans([], many)], 12)).toContain('x5, x6, x7 and 2 more.');
  });
});
