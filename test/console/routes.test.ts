import { describe, expect, it } from 'vitest';
import { crumbsOfEnvironment, crumbsOfProject, tabTitleOf } from '../../console/shell/crumbs.ts';
import { addressOf, parsePlace, type Route } from '../../console/shell/routes.ts';

const project = 'website';

describe('the address of a page', () => {
  it.each<[string, Route]>([
    ['#/', { page: 'projects' }],
    ['#/operations', { page: 'operations' }],
    ['#/p/website', { page: 'tree', project }],
    ['#/p/website/settings', { page: 'settings', project, section: [] }],
    ['#/p/website/settings/integrations', { page: 'settings', project, section: ['integrations'] }],
    ['#/p/website/e/feature%2Fx', { page: 'environment', project, environment: 'feature/x' }],
    ['#/p/website/e/50%25-off', { page: 'environment', project, environment: '50%-off' }],
    ['#/p/website/e/a%2Factivities', { page: 'environment', project, environment: 'a/activities' }],
    ['#/p/website/e/a%3Fb%23c', { page: 'environment', project, environment: 'a?b#c' }],
    ['#/p/website/e/main/a/a1', { page: 'activity', project, environment: 'main', activity: 'a1' }],
    ['#/p/website/a/a1', { page: 'activity', project, environment: null, activity: 'a1' }],
  ])('%s names its page, and the page has this address', (address, route) => {
    expect(parsePlace(address).route).toEqual(route);
    expect(addressOf(route)).toBe(address);
  });

  it.each([
    '#/elsewhere',
    '#/p/website/e',
    '#/p/website/e/main/b/c',
    '#/p/website/e/main/a',
    '#/p/website/e/main/a/b/c',
    '#/p/website/e/%',
    '#/p/website/e/..%2F..%2Fmain',
    '#/p/%2E%2E',
  ])('%s names no page', (address) => {
    expect(parsePlace(address).route).toEqual({ page: 'unknown' });
  });

  it('has filters behind a question mark', () => {
    const { route, query } = parsePlace('#/p/website?q=a%2Fb&status=active');

    expect(route).toEqual({ page: 'tree', project });
    expect([...query]).toEqual([
      ['q', 'a/b'],
      ['status', 'active'],
    ]);
  });
});

describe('the title of a tab', () => {
  const projects = crumbsOfProject('p1', 'Website');

  it.each([
    ['the list of projects', 'Projects', [], 'Projects · Bough'],
    ['a project', 'Website', projects, 'Website · Bough'],
    ['an environment', 'pr-1', crumbsOfEnvironment('p1', 'Website', 'pr-1'), 'pr-1 · Website · Bough'],
    [
      'a part of the settings',
      'Settings',
      [...projects, { text: 'Prune', to: { page: 'settings', project: 'p1', section: [] } }],
      'Prune · Website · Bough',
    ],
    ['a project before its title is read', 'p1', crumbsOfProject('p1', undefined), 'p1 · Bough'],
    ['a name that turns text', 'a\u202eb', crumbsOfProject('p1', 'a\u202eb'), 'a\\u202eb · Bough'],
  ] as const)('names the page and its project: %s', (_, title, crumbs, shown) => {
    expect(tabTitleOf(title, crumbs)).toBe(shown);
  });
});
