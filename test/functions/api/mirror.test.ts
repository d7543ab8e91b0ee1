import { describe, expect, it } from 'vitest';
import { call } from '../../support/api-events.ts';
import { apiUrl, apiWorld } from '../../support/api-world.ts';
import { anIntegration, aProject, projectId, start } from '../../support/builders.ts';

const self = `/projects/${projectId}/mirror`;
const bundle = { key: `${projectId}/bundles/1.bundle`, bytes: 7, created_at: start, href: 'https://s3/1' };

describe('GET /projects/{project}/mirror', () => {
  it('links to the chain and to the documents with its heads, and has the latest changes', async () => {
    const { handler, projects, integrations, mirrors } = apiWorld();
    await projects.save(aProject());
    await integrations.save(anIntegration());
    const changes = { heads: { 'refs/heads/main': 'a'.repeat(40) }, dropped: ['refs/heads/gone'] };
    mirrors.set(projectId, {
      shards: ['https://s3/1'],
      manifest: 'https://s3/manifest',
      changes,
      bundles: [bundle],
    });

    expect(await call(handler, 'GET', self)).toMatchObject({
      status: 200,
      body: {
        project: projectId,
        default_branch: 'main',
        repository_url: 'https://bitbucket.org/acme/website.git',
        bundles: [bundle],
        changes,
        _links: {
          self: { href: apiUrl + self },
          shards: [{ href: 'https://s3/1' }],
          manifest: { href: 'https://s3/manifest' },
        },
      },
    });
  });

  it('is empty before the first fetch, and has no repository without an integration', async () => {
    const { handler, projects } = apiWorld();
    await projects.save(aProject({ default_branch: null }));

    expect((await call(handler, 'GET', self)).body).toEqual({
      project: projectId,
      default_branch: null,
      repository_url: null,
      bundles: [],
      _links: { self: { href: apiUrl + self } },
    });
  });

  it('is not found for a project that does not exist', async () => {
    expect(await call(apiWorld().handler, 'GET', self)).toMatchObject({ status: 404 });
  });

  it('is linked from its project', async () => {
    const { handler, projects } = apiWorld();
    await projects.save(aProject());

    const { body } = await call(handler, 'GET', `/projects/${projectId}`);

    expect(body._links.mirror).toEqual({ href: apiUrl + self });
  });
});
