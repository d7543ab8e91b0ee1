import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DeployedExample, deployExample } from '../support/deployed-examples.ts';
import { examplesDirectory } from '../support/examples.ts';
import { serveFunctionUrls } from '../support/function-urls.ts';
import { root } from '../support/pages.ts';
import { call } from '../support/running-bough.ts';
import { beginStory, type Story } from '../support/story.ts';

const examples = [
  { name: 'cdk-api', role: 'app-cdk-deploy' },
  { name: 'sam-api', role: 'app-sam-deploy' },
] as const;

const standIns = join(root, 'test/support/stand-ins');
let story: Story;
let stacks: string;
let functions: Awaited<ReturnType<typeof serveFunctionUrls>>;

beforeAll(async () => {
  stacks = await mkdtemp(join(tmpdir(), 'bough-stacks-'));
  functions = await serveFunctionUrls(stacks);
  const templates = examples.map(({ name }) => join(examplesDirectory, name, '.bough/setup.yaml'));
  story = await beginStory('acme/unused', {
    BOUGH_SCHEDULE_SECONDS: '0',
    BOUGH_BUILD_PATH: [join(standIns, 'on-local-stack'), standIns].join(delimiter),
    BOUGH_DEPLOY_ROLES: templates.join(delimiter),
  });
});
afterAll(async () => {
  await story?.end();
  await functions?.stop();
});

const ada = { name: 'Ada Lovelace', email: 'ada@example.com' };
const names = (bookings: { name: string }[]) => bookings.map(({ name }) => name).sort();

describe.each(examples)('The example $name', ({ name, role }) => {
  let example: DeployedExample;
  let preview: { id: string; url: string };

  beforeAll(async () => {
    example = await deployExample(story, name, () => ({
      'env:DEPLOY_ROLE': `arn:aws:iam::000000000000:role/${role}`,
      'env:STAND_IN_STACKS': stacks,
      'env:STAND_IN_URL': functions.url,
    }));
    for (const date of ['2026-12-01', '2026-12-02']) await call('POST', example.main.url, { ...ada, date });
    await call('POST', example.main.url, {
      name: 'Alan Turing',
      email: 'alan@example.com',
      date: '2026-12-03',
    });
    preview = await example.pullRequest('idea', { 'notes.txt': 'An idea' });
  });

  it('has an API with a table at its route', async () => {
    const { status, body } = await call('GET', example.main.url);

    expect(status).toBe(200);
    expect(names(body)).toEqual(['Ada Lovelace', 'Ada Lovelace', 'Alan Turing']);
    expect((await call('POST', example.main.url, { name: 'Grace' })).status).toBe(400);
  });

  it('gives a pull request a copy of the bookings without personal data, in which a guest stays one guest', async () => {
    const { body } = await call('GET', preview.url);
    const guests = new Set(body.map(({ email }: typeof ada) => email));

    expect(preview.url).not.toBe(example.main.url);
    expect(body).toHaveLength(3);
    for (const { name, email } of body) {
      expect(name).toMatch(/^Guest [0-9a-f]{8}$/);
      expect(email).toMatch(/^guest-[0-9a-f]{8}@example\.invalid$/);
    }
    expect(guests.size).toBe(2);
  });

  it('copies them again when the data is synchronised, without the bookings of the pull request', async () => {
    await call('POST', preview.url, { ...ada, date: '2026-12-24' });

    await story.run(
      'environment:synchronize',
      'data',
      '-p',
      example.project,
      '-e',
      preview.id,
      '--yes',
      '--wait',
    );

    expect((await call('GET', preview.url)).body).toHaveLength(3);
    expect((await call('GET', example.main.url)).body).toHaveLength(3);
  });

  it('deletes its stack with the pull request', async () => {
    await example.decline(preview.id);

    expect((await fetch(preview.url)).status).toBe(404);
    expect((await fetch(example.main.url)).status).toBe(200);
  });
});
