import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DeployedExample, deployExample } from '../support/deployed-examples.ts';
import { call } from '../support/running-bough.ts';
import { commandsOnFiles, refusedCalls, standInAccount } from '../support/stand-in-account.ts';
import { beginStory, type Story } from '../support/story.ts';

let story: Story;
let account: ReturnType<typeof standInAccount>;

beforeAll(async () => {
  story = await beginStory('acme/unused', { BOUGH_SCHEDULE_SECONDS: '0', BOUGH_BUILD_PATH: commandsOnFiles });
  account = standInAccount(join(story.state, 'account'));
});
afterAll(async () => story?.end());

const deploy = (name: string) => deployExample(story, name, account.variables);

/** The machine name of a project's environment. */
const machineName = async ({ project }: DeployedExample, id: string): Promise<string> => {
  const { body } = await call('GET', `${story.stack.apiUrl}/projects/${project}/environments/${id}`);
  return body.machine_name;
};

/**
 * Expects that the role of setup.yaml allows all calls of the scripts to the environments that made them, and none of the
 * calls that name an environment to another one.
 */
function expectOwnRights(example: string, { project }: DeployedExample) {
  const calls = account.calls(project);
  const ofEnvironments = calls.filter(({ resource, tags }) =>
    Object.values(tags).some((name) => resource.includes(name)),
  );
  const another = () => ({ environment: 'pr-9-abcdefg', data: 'pr-9-abcdefg' });

  expect(refusedCalls(example, project, calls, ({ tags }) => tags)).toEqual([]);
  expect(refusedCalls(example, project, ofEnvironments, another)).toHaveLength(ofEnvironments.length);
}

describe('The example of Terraform', () => {
  let example: DeployedExample;
  let names: { main: string; preview: string };
  beforeAll(async () => {
    example = await deploy('terraform');
    const name = (environment: string) => `bough-${example.project}-${environment}`;
    names = { main: name(await machineName(example, 'main')), preview: '' };
    const note = { id: { S: 'a' }, email: { S: 'ada@example.org' }, text: { S: 'Rye, "please"' } };
    account.write('tables', names.main, { name: names.main, items: [note, { ...note, id: { S: 'b' } }] });
    const { id, url } = await example.pullRequest('notes', { 'src/notes.txt': 'a change' });
    names.preview = name(await machineName(example, id));
    expect(url).toBe(urlOf(names.preview));
  });
  const urlOf = (name: string) => `https://${name.replaceAll('-', '')}.lambda-url.us-east-1.on.aws/`;

  it("routes to the function of its environment's own state", () => {
    expect(example.main.urls).toEqual([urlOf(names.main)]);
    expect(account.names('tables')).toEqual([names.main, names.preview].sort());
  });

  it("gives a pull request the parent's notes without their e-mail addresses", () => {
    expect(account.read('tables', names.preview).items).toMatchObject([
      { id: { S: 'b' }, email: { S: 'b@example.com' }, text: { S: 'Rye, "please"' } },
      { id: { S: 'a' }, email: { S: 'a@example.com' } },
    ]);
    expect(account.read('tables', names.main).items).toMatchObject([{ email: { S: 'ada@example.org' } }, {}]);
  });

  it('destroys what a declined pull request had, also after a build that left its lock', async () => {
    const [state = ''] = account.names('states').filter((name) => name.includes('/pr-1'));
    account.write('locks', state, {});

    await example.decline('pr-1');

    expect(account.names('tables')).toEqual([names.main]);
    expect(account.read('states', state).resources).toEqual({});
    expectOwnRights('terraform', example);
  });
});
