import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { describeApi } from '../../../../functions/api/describe-api.ts';
import { allRoutes } from '../../../../functions/api/routes/all.ts';
import { call } from '../../../support/api-events.ts';
import { apiUrl, apiWorld } from '../../../support/api-world.ts';
import { aProject, projectId } from '../../../support/builders.ts';

interface Operation {
  operationId: string;
  security?: unknown[];
  parameters: { name: string; in: string }[];
  requestBody?: { content: Record<string, { schema: object }> };
}

async function served() {
  const { ports, handler } = apiWorld();
  const { body: document } = await call(handler, 'GET', '/openapi.json');
  const paths: [string, Record<string, Operation>][] = Object.entries(document.paths);
  const operations = paths.flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      call: `${method.toUpperCase()} ${path}`,
      path,
      ...operation,
    })),
  );
  return { document, operations, routes: allRoutes(ports) };
}

/** Every object in a document, at any depth. */
function objectsIn(value: unknown): Record<string, unknown>[] {
  if (typeof value !== 'object' || value === null) return [];
  return [{ ...value }, ...Object.values(value).flatMap(objectsIn)];
}

describe('GET /openapi.json', () => {
  it('describes every route and the webhook, and nothing else', async () => {
    const { operations, routes } = await served();

    const answered = routes.map(({ method, path }) => `${method} ${path.replaceAll('+}', '}')}`);
    const hook = 'POST /projects/{project}/integrations/{integration}/hook';
    expect(operations.map((operation) => operation.call).sort()).toEqual([...answered, hook].sort());
  });

  it('gives every operation a unique name', async () => {
    const { operations } = await served();

    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });

  it('describes each parameter of a path once', async () => {
    const { operations } = await served();

    for (const { call, path, parameters } of operations) {
      const inPath = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
      expect(inPath, call).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      const names = parameters.map((parameter) => `${parameter.in} ${parameter.name}`);
      expect(new Set(names).size, call).toBe(names.length);
    }
  });

  it('has no dangling references', async () => {
    const { document } = await served();

    const references = objectsIn(document).flatMap(({ $ref }) => (typeof $ref === 'string' ? [$ref] : []));
    expect(references.length).toBeGreaterThan(100);
    for (const reference of new Set(references)) {
      const [, ...keys] = reference.split('/');
      expect(
        keys.reduce((found, key) => found?.[key], document),
        reference,
      ).toBeDefined();
    }
  });

  it('requires SigV4 except for routes with another signature and for error pages', async () => {
    const { document, operations } = await served();

    expect(document.security).toEqual([{ SigV4: [] }]);
    expect(document.components.securitySchemes).toHaveProperty('SigV4');
    const open = operations.filter(({ security }) => security);
    expect(open.map(({ operationId, security }) => [operationId, security])).toEqual([
      ['read-log', []],
      ['read-status-page', []],
      ['read-board', []],
      ['read-not-found-page', []],
      ['hook-integration', []],
    ]);
  });

  it('allows only accepted fields in a body', async () => {
    const { document, operations } = await served();
    const $defs = document.components.schemas;
    const bodies = operations.flatMap(({ operationId, requestBody }) =>
      requestBody && operationId !== 'hook-integration'
        ? [{ operationId, schema: requestBody.content['application/json']!.schema }]
        : [],
    );

    expect(bodies.length).toBeGreaterThan(7);
    for (const { operationId, schema } of bodies) {
      const text = JSON.stringify({ ...schema, $defs }).replaceAll('#/components/schemas/', '#/$defs/');
      const { error } = z.fromJSONSchema(JSON.parse(text)).safeParse({ fetch_branch: true });
      expect(JSON.stringify(error?.issues), operationId).toContain('fetch_branch');
    }
  });

  it("has the API's URL as its server", async () => {
    const { document } = await served();

    expect(document).toMatchObject({ openapi: '3.1.0', servers: [{ url: apiUrl }] });
    expect(describeApi([], 'https://other.example.org').servers).toEqual([
      { url: 'https://other.example.org' },
    ]);
  });
});

describe('a response that the document does not describe', () => {
  it.fails('fails the test that got it', async () => {
    const world = apiWorld();
    await world.projects.save(aProject());
    const bundle = { key: 'b', bytes: 1, created_at: '2026-11-22T10:00:00.000Z', href: 'https://x/b' };
    const undescribed = { ...bundle, secret: 'x' };
    world.mirrors.set(projectId, {
      shards: ['https://x/s'],
      manifest: 'https://x/m',
      changes: { heads: { 'refs/heads/main': 'a'.repeat(40) }, dropped: [] },
      bundles: [undescribed],
    });

    expect((await call(world.handler, 'GET', `/projects/${projectId}/mirror`)).status).toBe(200);
  });
});
