import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployRepository } from '../support/deployed-examples.ts';
import { filesOfExample } from '../support/examples.ts';
import { root } from '../support/pages.ts';
import { commandsOnFiles, standInAccount } from '../support/stand-in-account.ts';
import { beginStory, type Story } from '../support/story.ts';

/** The scripts `.bough/deploy` of README.md, as they are printed. */
const [vite, cloudFormation, withData] = [
  ...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/^```bash\n(#!.*?)^```$/gms),
].map(([, script = '']) => script);

let story: Story;
let account: ReturnType<typeof standInAccount>;

beforeAll(async () => {
  story = await beginStory('acme/unused', {
    BOUGH_SCHEDULE_SECONDS: '0',
    BOUGH_BUILD_PATH: [join(root, 'test/support/stand-ins'), commandsOnFiles].join(delimiter),
  });
  account = standInAccount(join(story.state, 'account'));
});
afterAll(async () => story?.end());

const deploy = (name: string, script: string | undefined, files: Record<string, string>) =>
  deployRepository(story, name, { ...files, '.bough/deploy': script ?? '' }, (project) => ({
    ...account.variables(project),
    'env:STAND_IN_BUILDER_POLICIES': 'true',
  }));

const textOf = async (url: string) => (await fetch(url)).text();

describe('The examples of the README', () => {
  it('publish what Vite builds, with links that work below any path', async () => {
    const { '.bough/config.yaml': _, ...files } = filesOfExample('vite-spa');

    const { main } = await deploy('vite', vite, files);

    const asset = /src="(\.\/assets\/[^"]+)"/.exec(await textOf(main.url))?.[1] ?? 'none';
    expect((await fetch(new URL(asset, main.url))).status).toBe(200);
  });

  it('deploy a CloudFormation stack for each environment, whose output is the route', async () => {
    const template = `Resources:
  Group: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: visits}}
Outputs:
  Url: {Value: !Sub "https://\${Group}.example.org/"}
`;

    const { main, project } = await deploy('stack', cloudFormation, { 'template.yaml': template });

    expect(main.urls).toEqual(['https://visits.example.org/']);
    expect(account.names('stacks')).toEqual([`app-${project}-main-bvxea6i`]);
  });

  it("build a site from the environment's own data, which a pull request starts with", async () => {
    const build = `import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
const [file, site] = process.argv.slice(2);
const products = JSON.parse(readFileSync(file, 'utf8'));
writeFileSync(site + '/index.html', products.length + ' products');
writeFileSync(file, JSON.stringify([...products, 'rye']));
execFileSync('aws', ['s3', 'cp', file, process.env.BOUGH_DATA_URI + '/products.json'], { stdio: 'inherit' });
`;

    const { main, pullRequest } = await deploy('data', withData, { 'build.mjs': build });
    const preview = await pullRequest('more', { 'more.txt': 'more' });

    expect(await textOf(main.url)).toBe('0 products');
    expect(await textOf(preview.url)).toBe('1 products');
  });
});
