import { describe, expect, it } from 'vitest';
import {
  coerceOptions,
  defaultOptions,
  fetchesMore,
  type IntegrationOptions,
} from '../../../shared/domain/integrations/integration.ts';

const options = (changes: Partial<IntegrationOptions> = {}): IntegrationOptions => ({
  ...defaultOptions,
  ...changes,
});
const forks = (build_fork_pull_requests: IntegrationOptions['build_fork_pull_requests']) =>
  options({ build_fork_pull_requests });
const pages = (pull_requests_max_pages: number | null) => options({ pull_requests_max_pages });
const resources = (environment_init_resources: IntegrationOptions['environment_init_resources']) =>
  options({ environment_init_resources });

describe('the options of an integration', () => {
  it('have the documented defaults, and forks need approval', () => {
    expect(defaultOptions).toEqual({
      fetch_branches: true,
      prune_branches: true,
      prune_grace_hours: 0,
      prune_limit: { environments: 5, percent: 20 },
      build_pull_requests: true,
      pull_requests_clone_parent_data: true,
      resync_pull_requests: false,
      environment_init_resources: 'default',
      build_fork_pull_requests: 'approved',
      public_pages: true,
      pull_requests_max_pages: null,
    });
  });

  it.each([
    [true, true, true],
    [true, false, false],
    [false, true, false],
    [false, false, false],
  ])('with fetch-branches %s and prune-branches %s, branches are pruned: %s', (fetch, prune, pruned) => {
    const coerced = coerceOptions(options({ fetch_branches: fetch, prune_branches: prune }));

    expect(coerced).toEqual(options({ fetch_branches: fetch, prune_branches: pruned }));
  });
});

describe('options that change', () => {
  const off = (...names: ('fetch_branches' | 'prune_branches' | 'build_pull_requests')[]) =>
    options(Object.fromEntries(names.map((name) => [name, false])));

  it.each([
    ['fetch-branches on', off('fetch_branches', 'prune_branches'), off('prune_branches')],
    ['prune-branches on', off('prune_branches'), options()],
    ['build-pull-requests on', off('build_pull_requests'), options()],
    ['forks from never to approved', forks('never'), forks('approved')],
    ['forks from never to always', forks('never'), forks('always')],
    ['forks from approved to always', forks('approved'), forks('always')],
    ['resources from manual to default', resources('manual'), resources('default')],
    ['resources from manual to minimum', resources('manual'), resources('minimum')],
    ['resources from manual to parent', resources('manual'), resources('parent')],
    ['from one page of pull requests to two', pages(1), pages(2)],
    ['from some pages of pull requests to all', pages(9), pages(null)],
    ['one on and another off', off('build_pull_requests'), off('fetch_branches', 'prune_branches')],
  ])('let in more, so that everything is fetched: %s', (_, before, after) => {
    expect(fetchesMore(after, before)).toBe(true);
  });

  it.each([
    ['nothing', options(), options()],
    ['fetch-branches off', options(), off('fetch_branches', 'prune_branches')],
    ['prune-branches off', options(), off('prune_branches')],
    ['build-pull-requests off', options(), off('build_pull_requests')],
    ['forks from always to approved', forks('always'), forks('approved')],
    ['forks from approved to never', forks('approved'), forks('never')],
    ['resources to manual', resources('default'), resources('manual')],
    ['resources from minimum to parent', resources('minimum'), resources('parent')],
    ['from all pull requests to some pages', pages(null), pages(9)],
    ['from two pages of pull requests to one', pages(2), pages(1)],
    ['as many pages of pull requests', pages(2), pages(2)],
    [
      'what is done about data',
      options(),
      options({ pull_requests_clone_parent_data: false, resync_pull_requests: true }),
    ],
  ])('let in no more: %s', (_, before, after) => {
    expect(fetchesMore(after, before)).toBe(false);
  });
});
