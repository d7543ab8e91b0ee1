import { describe, expect, it } from 'vitest';
import { defaultRoutes, primaryRoute, resolveRoutes } from '../../../shared/domain/environments/routes.ts';
import { siteName, siteUrl } from '../../../shared/domain/environments/sites.ts';
import { newId } from '../../../shared/runtime/ids.ts';
import { machineNameOf } from '../../../shared/runtime/machine-name.ts';

const site = siteName('pr-1-djjnuwy', 'abcdefghijklm');

describe('the URL of a site', () => {
  it.each([
    ['https://d123.cloudfront.net', 'https://d123.cloudfront.net/pr-1-djjnuwy-abcdefghijklm/'],
    ['https://example.com/previews', 'https://example.com/previews/pr-1-djjnuwy-abcdefghijklm/'],
    ['https://*.preview.example.com', 'https://pr-1-djjnuwy-abcdefghijklm.preview.example.com/'],
    ['http://*.localhost:4001', 'http://pr-1-djjnuwy-abcdefghijklm.localhost:4001/'],
  ])('below %s is %s', (base, url) => {
    expect(siteUrl(base, site)).toBe(url);
  });

  it.each(['https://d123.cloudfront.net', 'https://*.preview.example.com'])(
    'below %s is what is reported on the pull request',
    (base) => {
      const url = siteUrl(base, site);

      expect(primaryRoute(resolveRoutes(defaultRoutes, url))?.url).toBe(url);
    },
  );

  it('has its own host name, which routes can refer to', () => {
    const url = siteUrl('https://*.preview.example.com', site);
    const routes = resolveRoutes({ 'https://{default}/shop/': { type: 'upstream' } }, url);

    expect(routes).toMatchObject([{ url: `${url}shop/` }]);
  });
});

describe('the name of a site', () => {
  it('is a label that DNS takes, however long the branch is', () => {
    const name = siteName(machineNameOf('a'.repeat(250)), newId());

    expect(name.length).toBeLessThanOrEqual(63);
    expect(new URL(siteUrl('https://*.example.com', name)).hostname).toBe(`${name}.example.com`);
  });
});
