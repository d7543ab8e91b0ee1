import { expect } from 'vitest';
import { filesOfExample } from './examples.ts';
import { aWorkingCopy, call, eventually } from './running-bough.ts';
import { type Story, user } from './story.ts';

/** The addresses of a deployed environment. */
export interface Deployment {
  readonly urls: readonly string[];
  /** The primary one. */
  readonly url: string;
}

/** An example in a repository and a project of its own. */
export type DeployedExample = Awaited<ReturnType<typeof deployExample>>;

/**
 * Pushes an example into a repository of its own and links a project to it, as its README says.
 * @param variables of the project, by name; they may depend on its id
 */
export function deployExample(story: Story, name: string, variables?: VariablesOfProject) {
  return deployRepository(story, name, filesOfExample(name), variables);
}

type VariablesOfProject = (project: string) => Readonly<Record<string, string>>;

/** Pushes files into a repository of their own and links a project to it. */
export async function deployRepository(
  story: Story,
  name: string,
  files: Record<string, string>,
  variables: VariablesOfProject = () => ({}),
) {
  const repository = `acme/${name}`;
  await story.playground.createRepository(repository);
  const work = await aWorkingCopy(`${story.playground.url.replace('//', `//${user}@`)}/${repository}.git`);
  await work.commit(files);
  await work.git('push', '--quiet', 'origin', 'main');
  const post = async (path: string, input: object) => {
    const { status, body } = await call('POST', `${story.stack.apiUrl}${path}`, input);
    expect(status, JSON.stringify(body)).toBe(201);
    return body._embedded.entity;
  };
  const { id: project } = await post('/projects', { title: name });
  for (const [variable, value] of Object.entries(variables(project))) {
    await post(`/projects/${project}/variables`, { name: variable, value });
  }
  await post(`/projects/${project}/integrations`, {
    type: 'bitbucket',
    repository,
    app_credentials: { key: 'demo-key', secret: 'demo-secret' },
  });
  const pullRequests = `${story.playground.apiUrl}/repositories/${repository}/pullrequests`;
  const main = await deployed(story, project, 'main');
  return {
    work,
    project,
    main,
    /** Pushes a branch with these files and opens a pull request. Resolves when it is deployed. */
    async pullRequest(branch: string, files: Record<string, string>) {
      await work.git('checkout', '--quiet', '-b', branch, 'main');
      await work.commit(files);
      await work.git('push', '--quiet', 'origin', branch);
      const source = { branch: { name: branch } };
      const { status, body } = await call('POST', pullRequests, { title: branch, source }, user);
      expect(status, JSON.stringify(body)).toBe(201);
      const id = `pr-${body.id}`;
      return { id, ...(await deployed(story, project, id)) };
    },
    /** Declines a pull request by its environment's id. Resolves when the environment is gone. */
    async decline(id: string) {
      await call('POST', `${pullRequests}/${id.replace('pr-', '')}/decline`, {}, user);
      const environment = `${story.stack.apiUrl}/projects/${project}/environments/${id}`;
      await eventually(`${id} is gone`, async () => (await call('GET', environment)).status === 404);
    },
  };
}

/** Waits for an environment's deployment. Rejects with the log of a failure. */
export async function deployed(story: Story, project: string, id: string): Promise<Deployment> {
  const api = async (path: string) => {
    const { status, body } = await call('GET', `${story.stack.apiUrl}/projects/${project}${path}`);
    return status === 200 ? body : null;
  };
  return eventually(`${id} of ${project} is deployed`, async () => {
    const [activity] = (await api(`/environments/${id}/activities`)) ?? [];
    if (activity?.result === 'failure') {
      const log = await fetch(`${story.stack.apiUrl}/projects/${project}/activities/${activity.id}/log`);
      throw new Error(await log.text());
    }
    const { routes } = (await api(`/environments/${id}/deployments/current`)) ?? {};
    if (activity?.state !== 'complete' || !routes) return null;
    const urls = Object.keys(routes);
    return { urls, url: urls.find((url) => routes[url].primary) ?? '' };
  });
}
