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

/** An environment with its primary URL. */
export interface ShownEnvironment extends z.infer<typeof Environment> {
  /** Null without a deployment. */
  url: string | null;
}

/** Client of the management API, for the demo. */
export interface Api {
  /** Returns null for 404. */
  get<T>(path: string, schema: z.ZodType<T>): Promise<T | null>;
  post(path: string, body: unknown): Promise<z.infer<typeof Project>>;
}

/** Creates a client of the management API. Its methods throw on error responses. */
export function managementApi(baseUrl: string): Api {
  const call = async (path: string, init: RequestInit = {}) =>
    fetch(baseUrl + path, { ...init, signal: AbortSignal.timeout(15_000) });
  return {
    async get(path, schema) {
      const response = await call(path);
      if (response.status === 404) return null;
      if (!response.ok) throw new Error(`GET ${path} answered ${response.status}: ${await response.text()}`);
      return schema.parse(await response.json());
    },
    async post(path, body) {
      const headers = { 'content-type': 'application/json' };
      const response = await call(path, { method: 'POST', headers, body: JSON.stringify(body) });
      if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${await response.text()}`);
      return Created.parse(await response.json())._embedded.entity;
    },
  };
}

/** Finds the project that has an integration with a repository; null without one. */
export async function findDemoProject(api: Api, repository: string): Promise<string | null> {
  for (const { id } of (await api.get('/projects', z.array(Project))) ?? []) {
    const integrations = (await api.get(`/projects/${id}/integrations`, z.array(Integration))) ?? [];
    if (integrations.some((integration) => integration.repository === repository)) return id;
  }
  return null;
}

/** Reads a project's environments with their primary URLs. */
export async function readEnvironments(api: Api, project: string): Promise<ShownEnvironment[]> {
  const environments = (await api.get(`/projects/${project}/environments`, z.array(Environment))) ?? [];
  return Promise.all(
    environments.map(async (environment) => ({
      ...environment,
      url: await readPrimaryUrl(api, project, environment.id),
    })),
  );
}

/** Reads the primary URL of an environment; null without a deployment. */
export async function readPrimaryUrl(api: Api, project: string, environment: string): Promise<string | null> {
  const path = `/projects/${project}/environments/${encodeURIComponent(environment)}/deployments/current`;
  const deployment = await api.get(path, Deployment);
  const primary = Object.entries(deployment?.routes ?? {}).find(([, route]) => route.primary);
  return primary?.[0] ?? null;
}
