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

async function routesIn(text: string) {
  const file = join(directory, 'routes.json');
  writeFileSync(file, text);
  return collectRoutes(file);
}

describe('the routes that a deployment writes', () => {
  it('are none without the file', async () => {
    expect(await collectRoutes(join(directory, 'routes.json'))).toBeNull();
  });

  it('are none in an empty file', async () => {
    expect(await routesIn('\n')).toBeNull();
  });

  it('can be none on purpose', async () => {
    expect(await routesIn('{}')).toEqual({});
  });

  it('are keyed by URL, as in Upsun, and other fields do not matter', async () => {
    const routes = {
      'https://{default}/': { type: 'upstream', primary: true, upstream: 'app:http' },
      'https://api.{default}/v1/': { type: 'upstream', cache: { enabled: true } },
      'https://shop.example.org:8443': { type: 'redirect', to: 'https://{default}/' },
      'http://[::1]:8080/': { type: 'upstream', primary: false },
    };

    expect(await routesIn(JSON.stringify(routes))).toEqual({
      ...routes,
      'https://api.{default}/v1/': { type: 'upstream' },
    });
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
    ['a file that is too long', `{"https://x/${'x'.repeat(65_536)}": {"type": "upstream"}}`, /longer than/],
  ])('are refused for %s, with the problem and an example', async (_what, text, problem) => {
    const message = await routesIn(text).then(() => 'taken', explain);

    expect(message).toMatch(/^The file \$BOUGH_ROUTES cannot be used: .*\. Write JSON like \{/);
    expect(message).toMatch(problem);
  });
});
