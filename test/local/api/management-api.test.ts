import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { path as cliPath } from '../../../cli/api/client.ts';
import { createHandler } from '../../../functions/api/handler.ts';
import { createHttpApi } from '../../../local/aws/api-gateway/http-api.ts';
import { createTables, type DynamoDb, startDynamoDb } from '../../../local/aws/dynamodb/dynamodb.ts';
import { closeServer, listen, localUrl } from '../../../local/http/net.ts';
import { dynamoStores } from '../../../shared/adapters/aws/dynamodb/stores.ts';
import { timeouts } from '../../../shared/adapters/aws/timeouts.ts';
import { newActivityId, newId } from '../../../shared/runtime/ids.ts';
import { anEndedActivity, apiWorld } from '../../support/api-world.ts';
import { anActiveEnvironment, anEnvironment, anIntegration, aProject } from '../../support/builders.ts';
import { stackResources } from '../../support/stack-resources.ts';
import { aws } from '../support.ts';

/** The management API behind an HTTP API, which decodes paths, and with a table. */
let directory: string;
let dynamodb: DynamoDb;
let client: DynamoDBClient;
let stores: ReturnType<typeof dynamoStores>;
let server: ReturnType<typeof createHttpApi>;
let url: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bough-api-'));
  dynamodb = await startDynamoDb({ directory, log: () => undefined });
  client = new DynamoDBClient({ ...aws, ...timeouts, endpoint: dynamodb.endpoint });
  const { tables } = await stackResources();
  await createTables(client, tables, directory);
  stores = dynamoStores(client, tables[0]?.ref ?? '');
  const { ports, bitbucket, repository } = apiWorld();
  repository.push('develop', 'A');
  const handler = createHandler({ ...ports, ...stores, connect: async () => bitbucket.host });
  const target = {
    invoke: async (payload: string) => {
      const answer = await handler(JSON.parse(payload), { awsRequestId: 'request' } as never);
      return { ok: true as const, payload: JSON.stringify(answer) };
    },
    apiId: 'api',
    iam: true,
    timeoutMs: 30_000,
  };
  server = createHttpApi(Promise.resolve([{ key: '$default', target }]), () => undefined);
  url = localUrl(await listen(server, 0));
}, 60_000);
afterAll(async () => {
  await closeServer(server);
  client.destroy();
  await dynamodb.stop();
  await rm(directory, { recursive: true });
});

async function aProjectOf(...ids: string[]) {
  const project = newId();
  await stores.projects.save(aProject({ id: project }));
  await stores.integrations.save(anIntegration({ project }));
  for (const id of ['main', ...ids])
    await stores.environments.save(anActiveEnvironment({ project, id, type: 'development', parent: null }));
  return project;
}

const get = async (path: string) => {
  const answer = await fetch(url + path);
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: JSON.parse(text) };
};
const patch = (path: string, body: unknown) =>
  fetch(url + path, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

describe('the management API behind API Gateway', () => {
  const ids = [
    '50%-off',
    '100%25',
    'a%2Fb',
    'feature/x%20y',
    'größe/日本語',
    'issue#7',
    'a+b=c&d',
    "it's",
    '%%',
  ];

  it.each(ids)('finds the environment %s by its links and by its encoded id', async (id) => {
    const project = await aProjectOf(id);
    const { body: listed } = await get(`/projects/${project}/environments`);
    const { _links } = listed.find((one: { id: string }) => one.id === id);
    const pathOf = ({ href }: { href: string }) => href.replace('https://api.example.org', '');

    expect(await get(pathOf(_links.self))).toMatchObject({ status: 200, body: { id } });
    expect(await get(pathOf(_links.activities))).toMatchObject({ status: 200, body: [] });
    expect(await get(cliPath`/projects/${project}/environments/${id}`)).toMatchObject({ body: { id } });
    const edited = await patch(pathOf(_links['#edit']), { title: 'New' });
    expect(edited.status).toBe(200);
    expect(await stores.environments.get(project, id)).toMatchObject({ title: 'New' });
  });

  describe('with concurrent changes', () => {
    const fields = {
      fetch_branches: false,
      build_pull_requests: false,
      pull_requests_clone_parent_data: false,
      resync_pull_requests: true,
      environment_init_resources: 'minimum',
      build_fork_pull_requests: 'never',
      pull_requests_max_pages: 3,
    };

    it('loses no change of an environment', async () => {
      const project = await aProjectOf('feature/x');
      const changes = [{ title: 'New' }, { type: 'staging' }, { parent: 'main' }];

      const answers = await Promise.all(
        changes.map((body) => patch(`/projects/${project}/environments/feature/x`, body)),
      );

      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
      expect(await stores.environments.get(project, 'feature/x')).toMatchObject({
        title: 'New',
        type: 'staging',
        parent: 'main',
        version: 4,
      });
    });

    it('loses no change of a project', async () => {
      const project = await aProjectOf('develop');

      const answers = await Promise.all(
        [{ title: 'New' }, { default_branch: 'develop' }].map((body) => patch(`/projects/${project}`, body)),
      );

      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(await stores.projects.get(project)).toMatchObject({ title: 'New' });
      expect(await stores.integrations.listOf(project)).toMatchObject([
        { activities: [{ branch: 'develop' }] },
      ]);
    });

    it('loses no change of an integration', async () => {
      const project = await aProjectOf();
      const [integration] = await stores.integrations.listOf(project);

      const answers = await Promise.all(
        Object.entries(fields).map(([field, value]) =>
          patch(`/projects/${project}/integrations/${integration?.id}`, { [field]: value }),
        ),
      );

      expect(answers.map(({ status }) => status)).toEqual(Object.keys(fields).map(() => 200));
      expect(await stores.integrations.get(project, `${integration?.id}`)).toMatchObject(fields);
    });
  });

  it('sends a list over the size limit to clients that accept compression, whole and in pages', async () => {
    const project = newId();
    await stores.projects.save(aProject({ id: project }));
    const all = Array.from({ length: 120 }, (_, index) => `branch-${String(index).padStart(3, '0')}`);
    // Only the routes have their maximum size.
    for (const id of all)
      await stores.environments.save(anEnvironment({ project, id, title: 'x'.repeat(200) }));

    const whole = await get(`/projects/${project}/environments`);
    expect(whole.headers.get('content-encoding')).toBe('gzip');
    expect(whole.body.map(({ id }: { id: string }) => id)).toEqual(all);

    const pages: string[][] = [];
    let next: string | undefined = `/projects/${project}/environments?count=50`;
    while (next) {
      const { headers, body }: Awaited<ReturnType<typeof get>> = await get(next);
      pages.push(body.map(({ id }: { id: string }) => id));
      next = /<https:\/\/api\.example\.org([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
    }
    expect(pages.map(({ length }) => length)).toEqual([50, 50, 20]);
    expect(pages.flat()).toEqual(all);
  });

  it('sends an uncompressed list to other clients', async () => {
    const project = await aProjectOf(...Array.from({ length: 30 }, (_, index) => `branch-${index}`));

    const { headers, text } = await getPlain(`/projects/${project}/environments`);

    expect(headers['content-encoding']).toBeUndefined();
    expect(JSON.parse(text)).toHaveLength(31);
  });

  it('lists the first of hundreds of activities, by links and by time', async () => {
    const project = newId();
    await stores.projects.save(aProject({ id: project }));
    const environment = anEnvironment({ project, id: 'quiet' });
    const busy = anEnvironment({ project, id: 'busy' });
    const at = (index: number) => new Date(1_700_000_000_000 + index * 1000);
    const activity = (index: number) =>
      anEndedActivity({ id: newActivityId(at(index)), created_at: at(index).toISOString() });
    const first = activity(0);
    await stores.environments.save(environment, [first]);
    const others = Array.from({ length: 550 }, (_, index) => activity(index + 1));
    // As many concurrent requests as connections.
    for (let index = 0; index < others.length; index += 50)
      await stores.environments.save({ ...busy, version: index / 50 + 1 }, others.slice(index, index + 50));

    expect((await get(`/projects/${project}/environments/quiet/activities`)).body).toMatchObject([
      { id: first.id },
    ]);
    const starts_at = encodeURIComponent(at(2).toISOString());
    expect((await get(`/projects/${project}/activities?starts_at=${starts_at}`)).body).toMatchObject([
      { id: others[0]?.id },
      { id: first.id },
    ]);
    const read: string[] = [];
    let next: string | undefined = `/projects/${project}/activities?count=300&type=environment.push`;
    while (next) {
      const { headers, body }: Awaited<ReturnType<typeof get>> = await get(next);
      read.push(...body.map(({ id }: { id: string }) => id));
      next = /<https:\/\/api\.example\.org([^>]+)>; rel="next"/.exec(headers.get('link') ?? '')?.[1];
    }
    expect(read).toEqual([first, ...others].map(({ id }) => id).toReversed());
  });
});

/** Requests without accepting compression. */
function getPlain(path: string): Promise<{ headers: NodeJS.Dict<string | string[]>; text: string }> {
  return new Promise((resolve, reject) => {
    request(url + path, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ headers: answer.headers, text }));
    })
      .on('error', reject)
      .end();
  });
}
