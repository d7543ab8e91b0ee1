import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DeployedExample, deployExample } from '../support/deployed-examples.ts';
import { call } from '../support/running-bough.ts';
import { commandsOnFiles, refusedCalls, standInAccount } from '../support/stand-in-account.ts';
import { beginStory, type Story } from '../support/story.ts';

let story: Story;
let account: ReturnType<typeof standInAccount>;
let terraform: Awaited<ReturnType<typeof deployTerraform>>;
let container: Awaited<ReturnType<typeof deployContainer>>;

beforeAll(async () => {
  story = await beginStory('acme/unused', { BOUGH_SCHEDULE_SECONDS: '0', BOUGH_BUILD_PATH: commandsOnFiles });
  account = standInAccount(join(story.state, 'account'));
  [terraform, container] = await Promise.all([deployTerraform(), deployContainer()]);
});
afterAll(async () => story?.end());

const deploy = (name: string) => deployExample(story, name, account.variables);

/** The name of an environment's resources: its project and its machine name. */
async function resourceName({ project }: DeployedExample, id: string): Promise<string> {
  const { body } = await call('GET', `${story.stack.apiUrl}/projects/${project}/environments/${id}`);
  return `bough-${project}-${body.machine_name}`;
}

const urlOf = (name: string) => `https://${name.replaceAll('-', '')}.lambda-url.us-east-1.on.aws/`;

/**
 * Expects that the role of setup.yaml allows all calls of the scripts to the environments that made them, and none of the
 * calls that name an environment to another one.
 */
function expectOwnRights(name: string, { project }: DeployedExample) {
  const calls = account.calls(project);
  const ofEnvironments = calls.filter(({ resource, tags }) =>
    Object.values(tags).some((tag) => resource.includes(tag)),
  );
  const another = () => ({ environment: 'pr-9-abcdefg', data: 'pr-9-abcdefg' });

  expect(refusedCalls(name, project, calls, ({ tags }) => tags)).toEqual([]);
  expect(refusedCalls(name, project, ofEnvironments, another)).toHaveLength(ofEnvironments.length);
}

const note = { id: { S: 'a' }, email: { S: 'ada@example.org' }, text: { S: 'Rye, "please"' } };

async function deployTerraform() {
  const example = await deploy('terraform');
  const main = await resourceName(example, 'main');
  account.write('tables', main, { name: main, items: [note, { ...note, id: { S: 'b' } }] });
  const pullRequest = await example.pullRequest('notes', { 'src/notes.txt': 'a change' });
  return { example, main, pullRequest, preview: await resourceName(example, pullRequest.id) };
}

describe('The example of Terraform', () => {
  it("routes to the function of each environment's own state", () => {
    const { example, main, pullRequest, preview } = terraform;

    expect(example.main.urls).toEqual([urlOf(main)]);
    expect(pullRequest.urls).toEqual([urlOf(preview)]);
    expect(account.names('tables')).toEqual([main, preview].sort());
  });

  it("gives a pull request the parent's notes without their e-mail addresses", () => {
    expect(account.read('tables', terraform.preview).items).toMatchObject([
      { ...note, id: { S: 'b' }, email: { S: 'b@example.com' } },
      { ...note, email: { S: 'a@example.com' } },
    ]);
    expect(account.read('tables', terraform.main).items[0]).toEqual(note);
  });

  it('destroys what a declined pull request had, also after a build that left its lock', async () => {
    const { example, main, pullRequest } = terraform;
    const [state = ''] = account.names('states').filter((name) => name.includes(`/${pullRequest.id}`));
    account.write('locks', state, {});

    await example.decline(pullRequest.id);

    expect(account.names('tables')).toEqual([main]);
    expect(account.read('states', state).resources).toEqual({});
    expectOwnRights('terraform', example);
  });
});

async function deployContainer() {
  const example = await deploy('container');
  const pullRequest = await example.pullRequest('rye', { 'server.mjs': "console.log('another server');" });
  const [main, preview] = await Promise.all(['main', pullRequest.id].map((id) => resourceName(example, id)));
  return { example, pullRequest, main: main ?? '', preview: preview ?? '' };
}

describe('The example of a container', () => {
  const variablesOf = (stack: string) =>
    account.read('stacks', stack).resources.Function.properties.Environment.Variables;

  it('routes to a function with the image of the commit, and asks search engines to skip previews only', async () => {
    const { example, main, pullRequest, preview } = container;
    const [production, branch] = (await example.work.git('rev-parse', 'main', 'rye')).split('\n');

    expect(example.main.urls).toEqual([urlOf(main)]);
    expect(pullRequest.urls).toEqual([urlOf(preview)]);
    expect(variablesOf(main)).toEqual({ COMMIT: production, RESTRICT_ROBOTS: 'false' });
    expect(variablesOf(preview)).toEqual({ COMMIT: branch, RESTRICT_ROBOTS: 'true' });
    expect(account.names('images').map((uri) => uri.split(':')[1])).toEqual([production, branch]);
  });

  it('deletes the stack and the images of a declined pull request', async () => {
    const { example, main, pullRequest } = container;
    await example.decline(pullRequest.id);

    expect(account.names('stacks')).toEqual([main]);
    expect(account.names('images')).toHaveLength(1);
    expect(account.names('repositories')).toHaveLength(1);
    expectOwnRights('container', example);
  });
});
