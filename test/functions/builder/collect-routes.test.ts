import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { collectRoutes } from '../../../functions/builder/collect-routes.ts';
import { explain } from '../../../shared/errors.ts';
import { temporaryDirectory } from './builder-fixture.ts';

let directory: string;
let remove: () => void;
beforeEach(() => {
  ({ directory, remove } = temporaryDirectory());
});
afterEach(() => remove());

const site = 'https://sites.example.org/pr-7/';

async function routesIn(text: string) {
  const file = join(directory, 'routes.json');
  writeFileSync(file, text);
  return collectRoutes(file, site);
}

describe('the routes that a deployment writes', () => {
  it('are none without the file', async () => {
    expect(await collectRoutes(join(directory, 'routes.json'), site)).toBeNull();
  });

  it('are none in an empty file', async () => {
    expect(await routesIn('\n')).toBeNull();
  });

  it('can be none on purpose', async () => {
    expect(await routesIn('{}')).toEqual([]);
  });

  it('are keyed by URL, as in Upsun, and other fields are ignored', async () => {
    const definitions = {
      'https://{default}/': { type: 'upstream', primary: true, upstream: 'app:http' },
      'https://api.{default}/v1/': { type: 'upstream', cache: { enabled: true } },
      'https://shop.example.org:8443': { type: 'redirect', to: 'https://{default}/' },
      'http://[::1]:8080/': { type: 'upstream', primary: false },
    };

    expect(await routesIn(JSON.stringify(definitions))).toEqual([
      { url: site, type: 'upstream', primary: true, upstream: 'app:http' },
      { url: 'https://api.sites.example.org/v1/', type: 'upstream', primary: false },
      { url: 'https://shop.example.org:8443/', type: 'redirect', primary: false, to: site },
      { url: 'http://[::1]:8080/', type: 'upstream', primary: false },
    ]);
  });

  it.each([
    ['text that is not JSON', 'https://example.org', /JSON/],
    ['a list', '[]', /it must be an object whose keys are URLs/],
    [
      'a route that is not a URL',
      '{"example.org": {"type": "upstream"}}',
      /example\.org: a route must begin/,
    ],
    [
      'a scheme that browsers do not open',
      '{"ftp://x/": {"type": "upstream"}}',
      /ftp:\/\/x\/: a route must begin/,
    ],
    ['a route without a type', '{"https://x/": {}}', /https:\/\/x\/: type must be "upstream" or "redirect"/],
    [
      'an unknown type',
      '{"https://x/": {"type": "proxy"}}',
      /https:\/\/x\/: type must be "upstream" or "redirect"/,
    ],
    ['a URL only', '{"https://x/": "upstream"}', /https:\/\/x\/: type must be/],
    ['a redirect to nowhere', '{"https://x/": {"type": "redirect"}}', /https:\/\/x\/: to must be a URL/],
    [
      'an unclear primary',
      '{"https://x/": {"type": "upstream", "primary": "yes"}}',
      /https:\/\/x\/: primary must be true or false/,
    ],
    [
      'a link that would end before its end',
      '{"https://x/>[free](https://y/)": {"type": "upstream"}}',
      /a route must begin with/,
    ],
    ['a file that is too long', `{"https://x/${'x'.repeat(65_536)}": {"type": "upstream"}}`, /longer than/],
    ['a URL that is too long', `{"https://x/${'x'.repeat(2_000)}": {"type": "upstream"}}`, /at most 2000/],
    [
      'a URL that is too long as soon as it has its host',
      `{"https://{default}/${'x'.repeat(1_970)}": {"type": "upstream"}}`,
      /at most 2000/,
    ],
    [
      'an upstream that is too long',
      `{"https://x/": {"type": "upstream", "upstream": "${'x'.repeat(2_001)}"}}`,
      /an upstream is/,
    ],
    [
      'more routes than an environment has room for',
      JSON.stringify(
        Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`https://x/${n}`, { type: 'upstream' }])),
      ),
      /100 routes/,
    ],
    [
      'more text than an environment has room for',
      JSON.stringify(
        Object.fromEntries(
          Array.from({ length: 40 }, (_, n) => [`https://x/${n}${'x'.repeat(1_600)}`, { type: 'upstream' }]),
        ),
      ),
      /together/,
    ],
  ])('are refused for %s, with the problem and an example', async (_what, text, problem) => {
    const message = await routesIn(text).then(() => 'taken', explain);

    expect(message).toMatch(/^The file \$BOUGH_ROUTES cannot be used: .*\. Write JSON like \{/);
    expect(message).toMatch(problem);
  });
});
