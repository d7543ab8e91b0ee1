import * as z from 'zod';

const Project = z.object({ id: z.string() });
const Integration = z.object({ repository: z.string() });
const Created = z.object({ _embedded: z.object({ entity: Project }) });
const Environment = z.object({
  id: z.string(),
  title: z.string(),
  parent: z.string().nullable(),
  status: z.string(),
});
const Deployment = z.object({ routes: z.record(z.string(), z.object({ primary: z.boolean().nullish() })) });

export interface ShownEnvironment extends z.infer<typeof Environment> {
  url: string | null;
}

/** The little of the management API that the demo uses. */
export interface Api {
  get<T>(path: string, schema: z.ZodType<T>): Promise<T | null>;
  post(path: string, body: unknown): Promise<z.infer<typeof Project>>;
}

export function managementApi(baseUrl: string): Api {
  const call = async (path: string, init: RequestInit = {}) =>
    fetch(baseUrl + path, { ...init, signal: AbortSignal.timeout(15_000) });
  return {
    async get(path, schema) {
      const answer = await call(path);
      if (answer.status === 404) return null;
      if (!answer.ok) throw new Error(`GET ${path} answered ${answer.status}: ${await answer.text()}`);
      return schema.parse(await answer.json());
    },
    async post(path, body) {
      const headers = { 'content-type': 'application/json' };
      const answer = await call(path, { method: 'POST', headers, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`POST ${path} answered ${answer.status}: ${await answer.text()}`);
      return Created.parse(await answer.json())._embedded.entity;
    },
  };
}

/** The project that mirrors a repository. */
export async function findDemoProject(api: Api, repository: string): Promise<string | null> {
  for (const { id } of (await api.get('/projects', z.array(Project))) ?? []) {
    const integrations = (await api.get(`/projects/${id}/integrations`, z.array(Integration))) ?? [];
    if (integrations.some((integration) => integration.repository === repository)) return id;
  }
  return null;
}

/** A project's environments with the URL of each that is deployed. */
export async function readEnvironments(api: Api, project: string): Promise<ShownEnvironment[]> {
  const environments = (await api.get(`/projects/${project}/environments`, z.array(Environment))) ?? [];
  return Promise.all(
    environments.map(async (environment) => {
      const path = `/projects/${project}/environments/${encodeURIComponent(environment.id)}/deployments/current`;
      const deployment = await api.get(path, Deployment);
      const primary = Object.entries(deployment?.routes ?? {}).find(([, route]) => route.primary);
      return { ...environment, url: primary?.[0] ?? null };
    }),
  );
}
