import { writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { specs } from '../../cli/commands/specs.ts';
import { resolveCommand } from '../../cli/resolve-command.ts';
import {
  aShell,
  blocksOfDocs,
  commandsOfDocs,
  fillIn,
  isShellScript,
  type Shell,
} from '../support/doc-examples.ts';
import { aWorkingCopy, call, eventually } from '../support/running-bough.ts';
import { beginStory, type Story, user } from '../support/story.ts';

/** Blocks of the pages that do not run here, by page and first line, with the reason. */
const notHere: Record<string, Record<string, string>> = {
  'README.md': {
    'npm ci && npm start': 'test/e2e/start.test.ts starts it',
    'npm ci && npm test': 'this is it',
    'npx cdk bootstrap   # once for each account and region': 'needs an AWS account',
  },
  'docs/sites.md': {
    'npx cdk deploy -c sitesDomain=preview.example.com -c sitesHostedZoneId=Z0123456789ABCDEFGHIJ':
      'needs an AWS account, and a domain',
    "aws acm request-certificate --region us-east-1 --domain-name '*.preview.example.com' --validation-method DNS":
      'needs an AWS account, and a domain',
  },
  'docs/new-account.md': {
    'aws service-quotas get-service-quota --service-code codebuild --quota-code L-72045165 --query Quota.Value':
      'needs an AWS account',
  },
  'docs/vpc.md': {
    'npx cdk deploy -c vpcId=vpc-… -c vpcSubnetIds=subnet-…,subnet-… -c bitbucketPrivateHosts=bitbucket.corp.example.com':
      'needs an AWS account, and a network',
    'for function in $(aws lambda list-functions --output text \\': 'needs an AWS account, and a network',
  },
  'docs/deployment-contract.md': {
    'bucket=BUCKET prefix=PROJECT/MACHINE_NAME/': 'needs an AWS account',
  },
  'docs/access.md': {
    'outputs() { aws cloudformation describe-stacks --stack-name bough --query "Stacks[0].Outputs[?OutputKey==\'$1\'].OutputValue" --output text; }':
      'test/infra/access.test.ts runs it',
    'project=PROJECT': 'test/infra/access.test.ts runs it',
  },
  'docs/mirror.md': {
    'aws dynamodb get-item --table-name "$table" --key \'{"pk": {"S": "PROJECT#\'"$project"\'"}, "sk": {"S": "MIRROR"}}\' \\':
      'test/local/mirror/mirror-by-hand.test.ts runs it',
    'git remote add origin "https://x-token-auth:$TOKEN@bitbucket.org/owner/repository.git"':
      'needs a repository on bitbucket.org, with Git LFS',
  },
  'docs/runbook.md': {
    'aws cloudformation list-stack-resources --stack-name bough --output table \\': 'needs an AWS account',
  },
};

/** Examples that end with an error here, and the text of the error. */
const fails: Record<string, RegExp> = {
  // Without a terminal, a question gets its default answer.
  'bough project:delete abcdefghijklm': /Are you sure you want to delete this project\? \[y\/N\] n/,
  'bough environment:merge pr-1': /Merge the pull request or the branch in the repository/,
  'bough integration:activities --result failure': /No activities found/,
  // The example runs in an empty directory, which fits no example.
  'bough init': /Choose one with --example/,
  'bough self:update': /This bough runs from a checkout of Bough/,
  // The story has no schedule, so that prunes run only when the story starts them.
  'bough doctor': /The schedule of the prune is disabled/,
  'bough doctor --format json': /The schedule of the prune is disabled/,
};

interface Chapter {
  title: string;
  /** Runs before the first example. */
  given?: () => Promise<unknown>;
  /** Runs before each example. */
  givenEach?: () => Promise<unknown>;
  examples: readonly string[];
  /** The examples do not affect each other and run concurrently. */
  areAlike?: boolean;
  /** Runs after the last example. */
  afterwards?: () => Promise<unknown>;
}

/** Creates a project in which all other examples work. */
const beginning: Chapter[] = [
  {
    title: 'A project begins',
    examples: [
      'bough project:create --title "My website"',
      'bough integration:add --type bitbucket --repository acme/website --key KEY --secret SECRET',
    ],
    async afterwards() {
      await isDeployed('main');
      await isDeployed('pr-1');
      await aDeployedPush();
      await aFailedDeployment();
    },
  },
];

/** Examples whose order matters, because one removes what another needs. */
const ending: Chapter[] = [
  {
    title: 'Variables come and go',
    examples: [
      'bough variable:create env:SITE_COLOUR --level project --value green',
      'bough variable:create env:API_KEY --level environment -e main --sensitive true --inheritable false --value secret',
      'bough variables',
      'bough variables -e main --level environment',
      'bough variable:get env:SITE_COLOUR',
      'bough variable:get env:SITE_COLOUR --property value',
      'bough variable:update env:SITE_COLOUR --value blue',
      'bough variable:update env:API_KEY -e main --level environment --visible-build false',
      'bough variable:delete env:SITE_COLOUR --level project --yes',
    ],
  },
  {
    title: 'While a push waits for a deployment to end',
    given: holdDeployments,
    givenEach: aWaitingPush,
    examples: [
      'bough activities -i --columns +type,because',
      'bough activity:cancel -e pr-1',
      'bough activity:cancel --type push',
    ],
    async afterwards() {
      await releaseDeployments();
      await isDeployed('pr-1');
    },
  },
  {
    title: 'Environments wake up and fall asleep',
    examples: [
      'bough environment:redeploy pr-1',
      'bough environment:synchronize data -e pr-1',
      'bough environment:deactivate pr-1',
      'bough environment:activate pr-1 --resources-init minimum',
      'bough environment:activate develop stage',
      'bough environment:branch experiment main --no-clone-parent',
      'bough environment:delete experiment --delete-branch',
    ],
  },
  {
    title: 'Everything comes to an end',
    examples: [
      'bough project:info default_branch develop',
      'bough integration:delete --yes',
      "bough environment:delete 'test-*' example-1",
      'bough environment:delete --inactive --exclude staging',
      'bough project:delete abcdefghijklm',
      'bough project:delete abcdefghijklm --yes --delete-protected',
    ],
  },
];

const blocks = blocksOfDocs();
const pages = [...new Set(blocks.map(({ page }) => page))].filter((page) => page !== 'docs/cli.md');
const runnable = (page: string) =>
  blocks.filter((block) => block.page === page && !notHere[page]?.[block.begins]);
const beginsAnew = (page: string) => runnable(page).some(({ script }) => script.includes('project:create'));
const ofOtherPages = pages.filter((page) => !beginsAnew(page)).flatMap(runnable);

/** Every example that ends by itself. `test/e2e/console-command.test.ts` runs those of the console. */
const examples = specs.filter(({ name }) => name !== 'console').flatMap((spec) => [...spec.examples]);
const inOrder = [...beginning, ...ending].flatMap((chapter) => chapter.examples);
const chapters: Chapter[] = [
  ...beginning,
  {
    title: 'This and that can be tried',
    areAlike: true,
    // A new example of a command runs here, unless another chapter lists it.
    examples: [
      ...examples.filter((example) => !inOrder.includes(example)),
      ...ofOtherPages.map(({ script }) => script.trim()),
    ],
  },
  ...ending,
];

let story: Story;
let shell: Shell;
let work: Story['work'];

beforeAll(async () => {
  // No schedule: a prune would remove what `environment:branch` creates.
  story = await beginStory('acme/website', { BOUGH_SCHEDULE_SECONDS: '0' });
  shell = await aShell(story.stack.apiUrl);
  work = story.work;
  await work.commit({ '.bough/deploy': deploy(story.state), '.bough/clone-data': '#!/bin/sh\n' });
  const branches = ['develop', 'stage', 'staging', 'feature/x', 'test-1', 'test-2', 'example-1'];
  await work.git('push', '--quiet', 'origin', 'main', ...branches.map((name) => `main:refs/heads/${name}`));
  await work.git('switch', '--quiet', '--create', 'idea');
  await work.commit({ 'page.txt': 'an idea' });
  await work.git('push', '--quiet', 'origin', 'idea');
  await story.onCloud('POST', '/pullrequests', { title: 'An idea', source: { branch: { name: 'idea' } } });
  await anotherRepository('acme/other');
});
afterAll(async () => {
  await shell?.remove();
  await story?.end();
});

describe('The blocks of the pages', () => {
  it('can be read by a shell', async () => {
    for (const { script } of blocks)
      expect({ script, isRead: await isShellScript(script) }).toMatchObject({ isRead: true });
  });

  it('are all run, but for those of which it is said why', () => {
    const excused = Object.entries(notHere).flatMap(([page, reasons]) =>
      Object.keys(reasons).map((begins) => ({ page, begins })),
    );

    const stale = excused.filter(
      ({ page, begins }) => !blocks.some((block) => block.page === page && block.begins === begins),
    );

    expect(stale).toEqual([]);
  });

  it("of the command's reference are the examples of its specification", () => {
    const lines = blocks
      .filter(({ page }) => page === 'docs/cli.md')
      .flatMap(({ script }) => script.trim().split('\n'));
    const shown = specs.filter(({ isHidden }) => !isHidden).flatMap((spec) => [...spec.examples]);

    expect(lines).toEqual(shown);
  });
});

describe.each(pages.filter(beginsAnew))('%s, from the top, by someone who has no project', (page) => {
  it.each(runnable(page))('$begins', async ({ script }) => succeed(script));

  afterAll(deleteProjects);
});

it('Every command that a sentence of a page names exists', () => {
  const named = commandsOfDocs().filter(({ command }) => command !== 'help');

  for (const { command } of named) expect(() => resolveCommand(command, specs)).not.toThrow();
});

it('Of the examples that are mentioned here, each is one of the command', () => {
  const mentioned = [...inOrder, ...Object.keys(fails)];

  expect(mentioned.filter((example) => !examples.includes(example))).toEqual([]);
});

describe.each(chapters)('$title', (chapter) => {
  beforeAll(async () => void (await chapter.given?.()));
  beforeEach(async () => void (await chapter.givenEach?.()));
  afterAll(async () => void (await chapter.afterwards?.()));

  (chapter.areAlike ? it.concurrent : it).each(chapter.examples)('%s', async (example) => {
    const says = fails[example];
    if (!says) return succeed(example);
    const { code, stdout, stderr } = await run(example);
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(says);
  });
});

it('Every placeholder that has a value is in an example', async () => {
  const all = [...examples, ...pages.flatMap(runnable).map(({ script }) => script)].join('\n');

  expect(Object.keys(await values()).filter((name) => !all.includes(name))).toEqual([]);
});

/** Values for the placeholders of an example. */
async function values(): Promise<Record<string, string>> {
  return {
    abcdefghijklm: await projectId(),
    PROJECT: await projectId(),
    DIRECTORY: 'website',
    KEY: 'demo-key',
    SECRET: 'demo-secret',
    TOKEN: 'demo-token',
    'you@example.com': 'demo',
    'https://bitbucket.example.com': story.playground.serverUrl,
    'owner/repository': 'acme/other',
    'PROJECT/repository': 'acme/other',
    // A day in the future, so that every activity is older.
    '2026-03-15': '2999-01-01',
  };
}

async function run(example: string) {
  return shell.run(fillIn(example, await values()));
}

async function succeed(example: string): Promise<void> {
  const { code, stdout, stderr } = await run(example);
  expect(code, stdout + stderr).toBe(0);
}

async function projects(): Promise<{ id: string }[]> {
  return (await call('GET', `${story.stack.apiUrl}/projects`)).body;
}

/** The id of the only project; empty without one. */
async function projectId(): Promise<string> {
  return (await projects())[0]?.id ?? '';
}

async function api(method: string, path: string) {
  return (await call(method, `${story.stack.apiUrl}/projects/${await projectId()}${path}`)).body;
}

async function deleteProjects(): Promise<void> {
  await api('DELETE', '');
  await eventually('the project is gone', async () => (await projects()).length === 0);
}

async function anotherRepository(name: string): Promise<void> {
  await story.playground.createRepository(name);
  const other = await aWorkingCopy(`${story.playground.url.replace('//', `//${user}@`)}/${name}.git`);
  await other.commit({ 'index.html': 'hello' });
  await other.git('push', '--quiet', 'origin', 'main');
  await other.remove();
}

/** A deployment that runs while `directory` contains a file `hold`, and fails while it contains a file `fail`. */
function deploy(directory: string): string {
  return `#!/bin/sh -eu
while [ -e '${directory}/hold' ]; do sleep 0.1; done
[ ! -e '${directory}/fail' ]
echo "$BOUGH_ENVIRONMENT" > "$BOUGH_SITE_DIR/index.html"
`;
}

const sign = (name: 'hold' | 'fail') => join(story.state, name);

function isDeployed(id: string) {
  return eventually(`${id} is deployed`, async () => {
    const { status, has_deployment } = await api('GET', `/environments/${id}`);
    return status === 'active' && has_deployment;
  });
}

async function isThere(state: 'pending' | 'in_progress'): Promise<boolean> {
  return (await api('GET', `/environments/pr-1/activities?state=${state}`)).length > 0;
}

async function pushToPullRequest(): Promise<void> {
  await work.git('commit', '--quiet', '--allow-empty', '--message', 'More');
  await work.git('push', '--quiet', 'origin', 'idea');
}

async function aDeployedPush(): Promise<void> {
  await pushToPullRequest();
  const commit = await work.git('rev-parse', 'HEAD');
  await eventually('the push is deployed', async () => {
    const { head_commit, status } = await api('GET', '/environments/pr-1');
    return head_commit === commit && status === 'active';
  });
}

async function aFailedDeployment(): Promise<void> {
  writeFileSync(sign('fail'), '');
  await api('POST', '/environments/pr-1/redeploy');
  const failures = () => api('GET', '/environments/pr-1/activities?result=failure');
  await eventually('the deployment has failed', async () => (await failures()).length > 0);
  await rm(sign('fail'));
}

async function holdDeployments(): Promise<void> {
  writeFileSync(sign('hold'), '');
  await api('POST', '/environments/pr-1/redeploy');
  await eventually('a deployment runs', () => isThere('in_progress'));
}

async function aWaitingPush(): Promise<void> {
  if (await isThere('pending')) return;
  await pushToPullRequest();
  await eventually('a push waits', () => isThere('pending'));
}

async function releaseDeployments(): Promise<void> {
  await rm(sign('hold'));
}
