import { describe, expect, it } from 'vitest';
import {
  defaultRoutes,
  primaryRoute,
  type RouteDefinition,
  resolveRoutes,
} from '../../../shared/domain/environments/routes.ts';

const site = 'https://sites.example.org/main-bvxea6i-abcdefghijklm/';
const upstream = (changes: Partial<RouteDefinition> = {}): RouteDefinition => ({
  type: 'upstream',
  ...changes,
});
const redirect = (to: string, changes: Partial<RouteDefinition> = {}): RouteDefinition => ({
  type: 'redirect',
  to,
  ...changes,
});

describe('the routes of a deployment', () => {
  it("are the environment's own URL when it defines none", () => {
    expect(resolveRoutes(defaultRoutes, site)).toEqual([{ url: site, type: 'upstream', primary: true }]);
  });

  it.each([
    ['https://{default}/', site],
    ['https://{default}', site],
    ['https://{all}/', site],
    ['http://{default}/api/', `${site}api/`],
    ['https://{default}/api', `${site}api/`],
    ['https://www.{default}/', 'https://www.sites.example.org/'],
    ['https://example.com/', 'https://example.com/'],
    ['https://example.com', 'https://example.com/'],
  ])('%s stands for %s', (pattern, url) => {
    expect(resolveRoutes({ [pattern]: upstream() }, site)).toMatchObject([{ url }]);
  });

  it("do not depend on the slash at the end of the environment's URL", () => {
    expect(resolveRoutes(defaultRoutes, site.slice(0, -1))).toEqual(resolveRoutes(defaultRoutes, site));
  });

  it('keep the name of the application behind them', () => {
    expect(resolveRoutes({ 'https://{default}/': upstream({ upstream: 'app:http' }) }, site)).toEqual([
      { url: site, type: 'upstream', primary: true, upstream: 'app:http' },
    ]);
  });

  it.each([
    ['https://{default}/', site],
    ['https://{default}/new', `${site}new`],
    ['https://example.com/new?from=old', 'https://example.com/new?from=old'],
  ])('redirect to %s as it is written', (to, expected) => {
    expect(resolveRoutes({ 'https://{default}/old': redirect(to) }, site)).toEqual([
      { url: `${site}old/`, type: 'redirect', primary: false, to: expected },
    ]);
  });
});

describe('the primary route', () => {
  const primaryOf = (definitions: Record<string, RouteDefinition>) =>
    primaryRoute(resolveRoutes(definitions, site))?.url;
  const first = 'https://first.example.com/';
  const second = 'https://second.example.com/';

  it.each([
    ['the upstream that says so', { [first]: upstream(), [second]: upstream({ primary: true }) }, second],
    ['else the first upstream', { [first]: upstream(), [second]: upstream() }, first],
    ['never a redirect', { [first]: redirect(second), [second]: upstream() }, second],
    [
      'not even one that says so',
      { [first]: redirect(second, { primary: true }), [second]: upstream() },
      second,
    ],
    [
      'the first of several that say so',
      { [first]: upstream({ primary: true }), [second]: upstream({ primary: true }) },
      first,
    ],
    ['none without an upstream', { [first]: redirect(second) }, undefined],
    ['none without routes', {}, undefined],
  ])('is %s', (_, definitions, url) => {
    expect(primaryOf(definitions)).toBe(url);
  });

  it('is exactly one', () => {
    const routes = resolveRoutes(
      { [first]: upstream({ primary: true }), [second]: upstream({ primary: true }), [site]: upstream() },
      site,
    );

    expect(routes.map(({ primary }) => primary)).toEqual([true, false, false]);
  });
});
