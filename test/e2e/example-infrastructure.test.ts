import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DeployedExample, deployExample } from '../support/deployed-examples.ts';
import { call } from '../support/running-bough.ts';
import { commandsOnFiles, refusedCalls, standInAccount } from '../support/stand-in-account.ts';
import { beginStory, type Story } from '../support/story.ts';

let story: Story;
let account: ReturnType<typeof standInAccount>;
let deployments: ReturnType<typeof deployAll>;

beforeAll(async () => {
  story = await beginStory('acme/unused', { BOUGH_SCHEDULE_SECONDS: '0', BOUGH_BUILD_PATH: commandsOnFiles });
  account = standInAccount(join(story.state, 'account'));
  deployments = deployAll();
});
afterAll(async () => story?.end());

/** Deploys all examples at once. The tests of each wait for their own, and fail with it. */
function deployAll() {
  const all = { terraform: deployTerraform(), container: deployContainer(), aurora: deployAurora() };
  for (const one of Object.values(all)) one.catch(() => undefined);
  return all;
}

const deploy = (name: string) => deployExample(story, name, account.variables);

/** The name of an environment's resources: its project and its machine name. */
async function resourceName({ project }: DeployedExample, id: string): Promise<string> {
  const { body } = await call('GET', `${story.stack.apiUrl}/projects/${project}/environments/${id}`);
  return `app-${project}-${body.machine_name}`;
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
  let terraform: Awaited<ReturnType<typeof deployTerraform>>;
  beforeAll(async () => {
    terraform = await deployments.terraform;
  });

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
  let container: Awaited<ReturnType<typeof deployContainer>>;
  beforeAll(async () => {
    container = await deployments.container;
  });

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

const review = { id: 1, author: 'Ada', email: 'ada@example.org', words: 'The <best> rye' };

async function deployAurora() {
  const example = await deploy('aurora-clone');
  const main = await resourceName(example, 'main');
  const cluster = account.read('clusters', main);
  cluster.database.tables.reviews.rows = [review];
  account.write('clusters', main, cluster);
  const pullRequest = await example.pullRequest('reviews', { 'notes.txt': 'a change' });
  return { example, main, pullRequest, preview: await resourceName(example, pullRequest.id) };
}

describe('The example of a clone of Aurora', () => {
  let aurora: Awaited<ReturnType<typeof deployAurora>>;
  beforeAll(async () => {
    aurora = await deployments.aurora;
  });

  const rowsOf = (cluster: string) => account.read('clusters', cluster).database.tables.reviews.rows;

  it('shows a pull request the reviews of its parent in a masked clone with a password of its own', async () => {
    const { main, pullRequest, preview } = aurora;
    const [clone, source] = [account.read('clusters', preview), account.read('clusters', main)];
    const page = await (await fetch(pullRequest.url)).text();

    expect(page).toContain('<li>The &#60;best&#62; rye <i>Reader 1</i></li>');
    expect(clone.clonedFrom).toBe(main);
    expect(clone.MasterUserSecret.SecretArn).not.toBe(source.MasterUserSecret.SecretArn);
    expect(rowsOf(preview)).toEqual([{ ...review, author: 'Reader 1', email: 'reader-1@example.com' }]);
    expect(rowsOf(main)).toEqual([review]);
  });

  it('deletes the clone of a declined pull request without a snapshot', async () => {
    const { example, main, pullRequest } = aurora;
    await example.decline(pullRequest.id);

    expect(account.names('clusters')).toEqual([main]);
    expect(account.names('instances')).toEqual([main]);
    expect(account.names('snapshots')).toEqual([]);
    expectOwnRights('aurora-clone', example);
  });
});
