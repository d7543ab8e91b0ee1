import { gunzipSync } from 'node:zlib';
import type { Context } from 'aws-lambda';
import { expect, it } from 'vitest';
import { apiEvent } from '../../support/api-events.ts';
import { anEnvironment, apiWorld } from '../../support/api-world.ts';
import { aDeployment, anIntegration, aProject, aRoute } from '../../support/builders.ts';

const context = { awsRequestId: 'request-1' } as Context;
const collection = '/projects/abcdefghijklm/environments';
const names = Array.from({ length: 1000 }, (_, n) => `feature/${'größe/'.repeat(30)}${n}`);

/** An environment with the longest texts that each environment of a project can have. */
const large = (id: string) =>
  anEnvironment({
    id,
    title: 'ü'.repeat(500),
    status: 'active',
    deployment: aDeployment({
      routes: Array.from({ length: 10 }, (_, n) =>
        aRoute({ url: `https://${'x'.repeat(60)}.example.org/${n}/` }),
      ),
    }),
  });

it.each([
  ['resources', '', {}],
  ['resources of a client that takes gzip', 'count=1000', { 'accept-encoding': 'gzip' }],
  ['rows', 'view=row', {}],
])(
  '1,000 environments with long names, titles and routes are on pages of less than 4 MB: %s',
  async (_, first, headers) => {
    const { handler, projects, integrations, environments } = apiWorld();
    await projects.save(aProject());
    await integrations.save(anIntegration());
    for (const name of names) await environments.save(large(name));

    const found: string[] = [];
    for (let query: string | undefined = first; query !== undefined; ) {
      const page = await handler(apiEvent('GET', collection, { query, headers }), context);
      const body = `${page.body}`;
      const text = page.isBase64Encoded ? gunzipSync(Buffer.from(body, 'base64')).toString() : body;
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4_000_000);
      found.push(...JSON.parse(text).map(({ id }: { id: string }) => id));
      query = /^<[^?]+\?(.+)>; rel="next"$/.exec(`${page.headers?.['link'] ?? ''}`)?.[1];
    }

    expect(found).toEqual([...names].sort());
  },
);
