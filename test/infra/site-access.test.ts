import { describe, expect, it } from 'vitest';
import { compileViewerFunction } from '../../local/aws/cloudfront/viewer-function.ts';
import { type AccessChanges, editAccess } from '../../shared/domain/access/edit-access.ts';
import { publishedRule } from '../../shared/domain/access/published-rule.ts';
import { hashPassword } from '../../shared/runtime/hash-password.ts';
import { resourcesOf, synthesised } from './synthesised.ts';

const template = (sitesDomain?: string) =>
  resourcesOf(
    synthesised(sitesDomain === undefined ? {} : { sitesDomain, sitesHostedZoneId: 'Z0123456789' }).json,
    'AWS::CloudFront::Function',
  )['Sites/SiteRequest']!['FunctionCode'];
const byPath = template();
const byHost = template('preview.example.com');

interface Visit {
  uri?: string;
  method?: string;
  ip?: string;
  user?: string;
  headers?: Record<string, string>;
}

const basic = (credentials: string) => `Basic ${Buffer.from(credentials).toString('base64')}`;

/** The code in the template with the published rule of the site main-shop. Resolves to a status, 200 for a file. */
function protectedSite(changes: AccessChanges, code = byPath) {
  const edit = editAccess(changes, null, hashPassword);
  if ('fields' in edit) throw new Error(JSON.stringify(edit.fields));
  const run = compileViewerFunction(code, new Map([['main-shop', publishedRule(edit.access) ?? '']]));
  return async ({ uri = '/main-shop/', method = 'GET', ip = '192.0.2.7', user, headers = {} }: Visit) => {
    const sent = { host: 'd123.cloudfront.net', ...(user && { authorization: basic(user) }), ...headers };
    const values = Object.entries(sent).map(([name, value]) => [name, { value }]);
    const request = { uri, method, headers: Object.fromEntries(values) };
    const result: Record<string, unknown> = Object(await run({ request, viewer: { ip } }));
    return { status: result['statusCode'] ?? 200, ...result };
  };
}

describe('a site with addresses', () => {
  const allow = (address: string) => ({ permission: 'allow' as const, address });
  const deny = (address: string) => ({ permission: 'deny' as const, address });

  it.each([
    [[allow('192.0.2.7'), deny('any')], '192.0.2.7', 200],
    [[allow('192.0.2.7'), deny('any')], '192.0.2.8', 403],
    // `any` means IPv6, too.
    [[allow('192.0.2.7'), deny('any')], '2001:db8::1', 403],
    [[deny('0.0.0.0/0')], '2001:db8::1', 403],
    [[allow('192.0.2.0/25'), deny('any')], '192.0.2.127', 200],
    [[allow('192.0.2.0/25'), deny('any')], '192.0.2.128', 403],
    [[allow('192.0.0.0/14'), deny('any')], '192.3.255.255', 200],
    [[allow('192.0.0.0/14'), deny('any')], '192.4.0.0', 403],
    [[allow('4.5.6.7/8'), deny('any')], '4.255.0.1', 200],
    [[deny('192.0.2.0/24')], '192.0.2.7', 403],
    [[deny('192.0.2.0/24')], '198.51.100.1', 200],
    // The first rule that covers the address decides.
    [[deny('any'), allow('192.0.2.7')], '192.0.2.7', 403],
    [[allow('2001:db8:0:10::/60'), deny('any')], '2001:db8:0:1f::1', 200],
    [[allow('2001:db8:0:10::/60'), deny('any')], '2001:db8:0:20::1', 403],
    [[allow('2001:DB8::/33'), deny('any')], '2001:db8:7fff::', 200],
    [[allow('2001:DB8::/33'), deny('any')], '2001:db8:8000::', 403],
    [[allow('::1'), deny('any')], '::1', 200],
    [[deny('::/0')], '::', 403],
    [[deny('::/0')], '0.0.0.1', 200],
    [[allow('fe80::'), deny('any')], 'fe80::', 200],
    [[deny('16.0.0.0/4')], '10.0.0.1', 200],
  ])('%j answers %s with %i', async (addresses, ip, status) => {
    expect(await protectedSite({ addresses })({ ip })).toMatchObject({ status });
  });

  it('believes the connection only, whatever headers the visitor sends', async () => {
    const visit = protectedSite({ addresses: [allow('192.0.2.7'), deny('any')] });
    const headers = {
      'x-forwarded-for': '192.0.2.7',
      'x-real-ip': '192.0.2.7',
      forwarded: 'for=192.0.2.7',
      'cloudfront-viewer-address': '192.0.2.7:1',
      'true-client-ip': '192.0.2.7',
    };

    expect(await visit({ ip: '203.0.113.1', headers })).toMatchObject({
      status: 403,
      headers: { 'cache-control': { value: 'no-store' } },
      body: 'Forbidden\n',
    });
  });

  it('refuses every spelling of every address of the site, and every method', async () => {
    const visit = protectedSite({ addresses: [deny('any')] });
    for (const uri of [
      '/main-shop/',
      '/main-shop',
      '/main-shop/app.js',
      '/main-shop/404.html',
      '/main-shop/200.html',
      '/main-shop/none',
      '//main-shop/app.js',
      '///main-shop',
      '/%6dain-shop/app.js',
      '/main%2Dshop/app.js',
      '/main%2dshop//app.js',
    ])
      for (const method of ['GET', 'HEAD', 'OPTIONS'])
        expect(await visit({ uri, method })).toMatchObject({ status: 403 });
    // S3 and the API would not read these as the site either.
    for (const uri of ['/MAIN-SHOP/app.js', '/main-shop.html', '/main_shop/', '/'])
      expect(await visit({ uri })).toMatchObject({
        status: 200,
        uri: expect.not.stringMatching(/^\/main-shop\//),
      });
  });

  it('refuses the site by any host name that selects it', async () => {
    const visit = protectedSite({ addresses: [deny('any')] }, byHost);
    const named = 'main-shop.preview.example.com';
    for (const headers of [
      { host: named },
      { host: 'MAIN-Shop.Preview.EXAMPLE.com' },
      { host: `${named}:443` },
      { 'x-forwarded-host': named },
    ])
      for (const uri of ['/', '/app.js', '/other-shop/app.js', '//x'])
        expect(await visit({ uri, headers })).toMatchObject({ status: 403 });
    expect(await visit({ uri: '/main-shop/app.js' })).toMatchObject({ status: 403 });
    // The host name decides, so another site's name in the path opens nothing of it.
    expect(
      await visit({ uri: '/main-shop/app.js', headers: { host: 'a.preview.example.com' } }),
    ).toMatchObject({
      status: 200,
      uri: '/a/main-shop/app.js',
    });
  });
});

describe('a site with users', () => {
  const changes = { basic_auth: { ann: 'pass:word:1', 'b_-2': 'größer als', __proto__x: 'constructor' } };
  const visit = protectedSite(changes);

  it.each(['ann:pass:word:1', 'b_-2:größer als', '__proto__x:constructor'])('opens for %s', async (user) => {
    expect(await visit({ user })).toMatchObject({ status: 200, uri: '/main-shop/index.html' });
  });

  it('does not pass the credentials on', async () => {
    expect(await visit({ user: 'ann:pass:word:1' })).toMatchObject({
      headers: expect.not.objectContaining({ authorization: expect.anything() }),
    });
  });

  it.each([
    undefined,
    'ann:',
    'ann',
    ':',
    ':pass:word:1',
    'ann:pass',
    'ann:pass:word:2',
    'ann:pass:word:1 ',
    'Ann:pass:word:1',
    'b_-2:pass:word:1',
    '__proto__:x',
    'constructor:x',
    'toString:',
    'eve:pass:word:1',
  ])('asks others for a password: %s', async (user) => {
    expect(await visit(user === undefined ? {} : { user })).toMatchObject({
      status: 401,
      headers: {
        'www-authenticate': { value: 'Basic realm="main-shop", charset="UTF-8"' },
        'cache-control': { value: 'no-store' },
      },
    });
  });

  it.each(['Basic', 'Basic ', 'Basic !', 'Bearer YTpi', `${basic('ann:pass:word:1')}, Basic YTpi`, 'basic'])(
    'refuses the header %s',
    async (authorization) => {
      expect(await visit({ headers: { authorization } })).toMatchObject({ status: 401 });
    },
  );

  it('leaves other sites open', async () => {
    expect(await visit({ uri: '/pr-1-shop/' })).toMatchObject({ status: 200 });
  });

  it('requires an address that is let in as well as a password', async () => {
    const both = protectedSite({ ...changes, addresses: [{ permission: 'deny', address: '192.0.2.0/24' }] });

    expect(await both({ user: 'ann:pass:word:1' })).toMatchObject({ status: 403 });
    expect(await both({ ip: '198.51.100.1' })).toMatchObject({ status: 401 });
    expect(await both({ ip: '198.51.100.1', user: 'ann:pass:word:1' })).toMatchObject({ status: 200 });
  });
});

describe('a rule that cannot be read', () => {
  it.each(['', '{', 'null', '{"u":{"ann":""}}', '{"u":{"ann":"salt."}}', '{"u":{"ann":"salt"}}'])(
    'opens nothing: %j',
    async (rule) => {
      const run = compileViewerFunction(byPath, new Map([['main-shop', rule]]));
      const headers = { host: { value: 'd' }, authorization: { value: basic('ann:') } };
      const event = { request: { uri: '/main-shop/', headers }, viewer: { ip: '192.0.2.7' } };
      const status = await run(event).then(
        (result) => Object(result).statusCode,
        () => 'an error of CloudFront',
      );

      expect(status).toEqual(expect.toBeOneOf([401, 'an error of CloudFront']));
    },
  );
});
