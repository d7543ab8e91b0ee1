import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { specs } from '../../cli/commands/specs.ts';
import { program, runInPipe } from '../support/bough-command.ts';
import { type Answer, ctrlC, enter, runInTerminal } from '../support/pty.ts';
import { beginStory, type Story, scripts } from '../support/story.ts';

const repository = 'team/shop';

/** A command, run at a terminal as a person does and in a pipe as a script does. */
interface Step {
  command: string;
  /** Prepares the state that the command needs. */
  given?: () => Promise<unknown>;
  terminal: { args?: string[]; answers?: Answer[]; code?: number; shows: RegExp };
  pipe: { args?: string[]; code?: number; data?: RegExp; tells?: RegExp };
}

let story: Story;
/** The project of commands that name none. */
let shop = '';

const asked = (question: string, typed: string): Answer => [new RegExp(question), typed + enter];

async function pushEverything(): Promise<void> {
  await story.work.commit(scripts);
  await story.work.git('push', '--quiet', 'origin', 'main');
  for (const branch of ['feature/x', 'feature/y', 'old/x', 'old/y']) {
    await story.work.git('push', '--quiet', 'origin', `main:refs/heads/${branch}`);
  }
  await story.work.git('switch', '--quiet', '--create', 'feature/cart');
  await story.work.commit({ 'page.txt': 'second version' });
  await story.work.git('push', '--quiet', 'origin', 'feature/cart');
  await story.settled('main');
  await story.onCloud('POST', '/pullrequests', {
    title: 'A cart',
    source: { branch: { name: 'feature/cart' } },
  });
  await story.pageThatSays('pr-1', 'second version');
  await story.settled('pr-1');
}

/** All commands in an order in which they work. Each runs twice. */
const steps: Step[] = [
  {
    command: 'project:create',
    terminal: { answers: [asked('Project title', 'Shop')], shows: /Project title: Shop$/m },
    pipe: { args: ['--title', 'Other'], data: /^\w{13,}\n$/, tells: /The project is now ready!/ },
  },
  {
    command: 'project:list',
    given: async () => {
      const { stdout } = await runInPipe(['projects', '--format', 'json'], environment());
      shop = JSON.parse(stdout).find((project: { title: string }) => project.title === 'Shop').id;
      story.useProject(shop);
    },
    terminal: { shows: /\| Shop +\|/ },
    pipe: {
      args: ['--format', 'csv', '--columns', 'title', '--sort', 'title'],
      data: /^title\nOther\nShop\n$/i,
    },
  },
  {
    command: 'project:info',
    terminal: { args: ['title'], shows: /^Shop$/m },
    pipe: { args: ['title', 'The shop'], data: /^$/, tells: /Property title set to: The shop/ },
  },
  {
    command: 'integration:add',
    terminal: {
      args: ['--type', 'bitbucket', '--key', 'demo-key', '--prune-branches', 'false'],
      answers: [
        asked('OAuth consumer secret', 'demo-secret'),
        asked('Repository', repository),
        asked('build-pull-requests', ''),
        asked('pull-requests-clone-parent-data', ''),
        asked('resync-pull-requests', ''),
        asked('fetch-branches', ''),
        asked('Are you sure you want to continue', ''),
      ],
      shows: /Created integration \w+ \(type: bitbucket\)/,
    },
    pipe: {
      args: ['--type', 'bitbucket', '--repository', repository, '--key', 'demo-key', '--yes'],
      code: 1,
      data: /^$/,
      tells: /--secret/,
    },
  },
  {
    command: 'integration:list',
    given: pushEverything,
    terminal: { shows: /\| bitbucket +\| Repository: team\/shop/ },
    pipe: { args: ['--format', 'tsv', '--columns', 'type', '--no-header'], data: /^bitbucket\n$/ },
  },
  {
    command: 'integration:get',
    terminal: { shows: /\| repository +\| team\/shop +\|/ },
    pipe: { args: ['--property', 'hook_url'], data: /^http:\S+\/hook\n$/ },
  },
  {
    command: 'integration:validate',
    terminal: { shows: /The integration is valid\./ },
    pipe: { tells: /The integration is valid\./ },
  },
  {
    command: 'integration:prune',
    terminal: { args: ['--dry-run'], shows: /No changes: the environments match|nothing was changed/ },
    pipe: { tells: /Pruning with the integration \w+ \(type: bitbucket\)/ },
  },
  {
    command: 'project:board',
    terminal: { args: ['--renew'], answers: [asked('renew the links', 'y')], shows: /\/board\// },
    pipe: { data: /^http:\S+\/board\/\S+\n$/ },
  },
  {
    command: 'integration:update',
    terminal: { args: ['--resync-pull-requests', 'true'], shows: /Integration \w+ \(bitbucket\) updated/ },
    pipe: { args: ['--resync-pull-requests', 'true'], code: 1, tells: /No changed values were provided/ },
  },
  {
    command: 'integration:activity:list',
    terminal: { shows: /Register the/ },
    pipe: { args: ['--type', 'fetch', '--format', 'plain', '--columns', 'state'], data: /complete/i },
  },
  {
    command: 'integration:activity:get',
    terminal: { shows: /\| state +\| complete +\|/ },
    pipe: { args: ['-P', 'state'], data: /^complete\n$/ },
  },
  {
    command: 'integration:activity:log',
    terminal: { shows: /Integration ID: \w+/ },
    pipe: { data: /\S/ },
  },
  {
    command: 'environment:list',
    terminal: { shows: /feature\/x/ },
    pipe: { args: ['--pipe', '--status', 'active', '--sort', 'id'], data: /^main\npr-1\n$/ },
  },
  {
    command: 'environment:info',
    terminal: { args: ['-e', 'pr-1'], shows: /\| title +\| A cart +\|/ },
    pipe: { args: ['-e', 'feature/x', 'title', 'X'], data: /^$/, tells: /Property title set to: X/ },
  },
  {
    command: 'environment:http-access',
    terminal: {
      args: ['-e', 'feature/x', '--auth', 'tester:correct horse'],
      shows: /Updated HTTP access settings for the environment feature\/x:[\s\S]*tester: \*+/,
    },
    pipe: {
      args: ['-e', 'feature/x', '--enabled', '0'],
      data: /^is_enabled: false\n/,
      tells: /Updated HTTP access settings for the environment feature\/x:/,
    },
  },
  {
    command: 'environment:url',
    terminal: { args: ['-e', 'pr-1'], shows: /http:\/\/\S+\/pr-1-/ },
    pipe: { args: ['-e', 'pr-1', '--primary', '--pipe'], data: /^http:\/\/\S+\/pr-1-\S+\n$/ },
  },
  {
    command: 'environment:activate',
    terminal: {
      args: ['feature/x'],
      answers: [asked('Are you sure', '')],
      shows: /\[=*[->]*\] \d\d:\d\d:\d\d[\s\S]*The activity succeeded/,
    },
    pipe: {
      args: ['feature/y', '--yes'],
      tells: /Built the page of feature\/y[\s\S]*The activity succeeded/,
    },
  },
  {
    command: 'environment:redeploy',
    terminal: { args: ['-e', 'pr-1'], answers: [asked('Are you sure', '')], shows: /The activity succeeded/ },
    pipe: { args: ['-e', 'pr-1', '--no-wait'], tells: /bough activity:log \w+/ },
  },
  {
    command: 'environment:synchronize',
    given: async () => {
      await story.settled('pr-1');
      const left = await atTerminal(
        ['environment:redeploy', '-e', 'pr-1', '--yes'],
        [[/Waiting for the activity/, ctrlC]],
      );
      expect(left.text).toMatch(/bough activity:log \w+/);
      expect(left.raw).toContain('\u001b[?25h');
      expect(left.code).toBe(130);
      await story.settled('pr-1');
    },
    terminal: {
      args: ['-e', 'pr-1'],
      answers: [asked('Do you want to synchronize data from main to pr-1', 'y')],
      shows: /The activity succeeded/,
    },
    pipe: { args: ['-e', 'pr-1'], code: 1, tells: /You did not select anything to synchronize\./ },
  },
  {
    command: 'environment:branch',
    terminal: { args: ['experiment', 'main'], shows: /Creating a new environment: experiment/ },
    pipe: { args: ['experiment', 'main'], code: 1, tells: /The environment experiment already exists\./ },
  },
  {
    command: 'environment:merge',
    terminal: { args: ['pr-1'], code: 1, shows: /can't be merged/ },
    pipe: { args: ['pr-1'], code: 1, tells: /can't be merged/ },
  },
  {
    command: 'activity:list',
    terminal: { shows: /\| Redeploy pr-1 +\|/ },
    pipe: {
      args: ['-e', 'pr-1', '--type', 'redeploy', '--format', 'csv', '--columns', 'type', '--no-header'],
      data: /^(environment\.redeploy\n){3}$/,
    },
  },
  {
    command: 'activity:get',
    terminal: { args: ['-e', 'pr-1'], shows: /\| state +\| complete +\|/ },
    pipe: { args: ['-e', 'pr-1', '-P', 'result'], data: /^success\n$/ },
  },
  {
    command: 'activity:log',
    terminal: { args: ['-e', 'pr-1'], shows: /Built the page of pr-1/ },
    pipe: { args: ['-e', 'pr-1', '--refresh', '0'], data: /Built the page of pr-1/ },
  },
  {
    command: 'activity:cancel',
    terminal: { code: 1, shows: /No cancellable activities found/ },
    pipe: { code: 1, tells: /No cancellable activities found/ },
  },
  {
    command: 'environment:deactivate',
    terminal: { args: ['feature/x'], answers: [asked('Are you sure', 'y')], shows: /The activity succeeded/ },
    pipe: { args: ['feature/y', '--yes'], tells: /The activity succeeded/ },
  },
  {
    command: 'environment:delete',
    terminal: {
      args: ['experiment'],
      answers: [asked('Are you sure', 'y'), asked('Delete the inactive environment', 'y')],
      shows: /The activity succeeded/,
    },
    pipe: { args: ['no-such', '--yes'], code: 1, tells: /not found: no-such/ },
  },
  {
    command: 'variable:create',
    terminal: {
      args: ['API_KEY', '--sensitive', 'true'],
      answers: [
        asked('Level', '2'),
        asked('Enter a number to choose an environment', 'main'),
        asked('Value', 's3cret-value'),
        asked('Redeploy the environment', ''),
      ],
      shows: /Creating variable API_KEY on the environment[\s\S]*must be redeployed/,
    },
    pipe: {
      args: ['env:COLOUR', '--level', 'project', '--value', 'green'],
      data: /\| value +\| green +\|/,
      tells: /Creating variable env:COLOUR on the project[\s\S]*bough redeploy/,
    },
  },
  {
    command: 'variable:list',
    terminal: { args: ['-l', 'p'], shows: /\| env:COLOUR +\| project +\| green +\|/ },
    pipe: {
      args: ['-e', 'pr-1', '--format', 'csv', '--columns', 'name'],
      data: /^Name\n[\s\S]*env:COLOUR\n/,
    },
  },
  {
    command: 'variable:get',
    terminal: { args: ['env:COLOUR', '-l', 'p'], shows: /\| value +\| green +\|/ },
    pipe: { args: ['env:COLOUR', '-l', 'p', '-P', 'value'], data: /^green\n$/ },
  },
  {
    command: 'variable:update',
    terminal: { args: ['env:COLOUR', '-l', 'p', '--value', 'blue'], shows: /Variable env:COLOUR updated/ },
    pipe: {
      args: ['env:COLOUR', '-l', 'p', '--value', 'blue'],
      code: 1,
      data: /^$/,
      tells: /No changes were provided/,
    },
  },
  {
    command: 'variable:delete',
    terminal: {
      args: ['env:COLOUR', '-l', 'p'],
      answers: [asked('Are you sure you want to delete the variable', 'y')],
      shows: /Deleted variable env:COLOUR/,
    },
    pipe: { args: ['env:COLOUR', '-l', 'p', '--yes'], code: 1, tells: /Variable not found: env:COLOUR/ },
  },
  {
    command: 'mirror:clone',
    terminal: { args: ['SHOP', 'TMP/one'], shows: /TMP\/one/ },
    pipe: { args: ['SHOP', 'TMP/two', '--bare'], data: /^TMP\/two\n$/ },
  },
  {
    command: 'project:get',
    terminal: { args: ['SHOP', 'TMP/three'], shows: /successfully downloaded to:[\s\S]*three/ },
    pipe: {
      args: ['SHOP', 'TMP/four', '-e', 'feature/cart'],
      tells: /successfully downloaded to:[\s\S]*four/,
    },
  },
  {
    // test/infra/command-package.test.ts updates an installed package.
    command: 'self:update',
    terminal: { code: 1, shows: /This bough runs from a checkout of Bough\./ },
    pipe: { code: 1, data: /^$/, tells: /run npm ci/ },
  },
  {
    command: 'doctor',
    terminal: { code: 1, shows: /schedule[\s\S]*\d problems?/ },
    pipe: { args: ['--format', 'json'], code: 1, data: /"build-quota"/ },
  },
  {
    command: 'deadletter:list',
    terminal: { shows: /There are no dead letters\./ },
    pipe: { args: ['--format', 'tsv'], data: /^$/, tells: /There are no dead letters\./ },
  },
  {
    command: 'deadletter:replay',
    terminal: { args: ['no-such'], code: 1, shows: /Dead letter not found: no-such/ },
    pipe: { code: 1, tells: /Specify dead letter IDs or --all/ },
  },
  {
    command: 'deadletter:drop',
    terminal: { args: ['--all'], shows: /There are no dead letters\./ },
    pipe: { args: ['no-such', '--yes'], code: 1, tells: /Dead letter not found: no-such/ },
  },
  {
    command: 'console',
    terminal: {
      args: ['--no-open'],
      answers: [[/http:\/\/127\.0\.0\.1:\d+\/#t=[\w-]{43}/, ctrlC]],
      shows: /Console of http:\S+\. Press Ctrl-C to stop it\./,
    },
    pipe: { args: ['--port', 'http'], code: 1, data: /^$/, tells: /Invalid value for '--port': http/ },
  },
  {
    command: 'init',
    given: async () => {
      for (const name of ['asked', 'piped']) {
        mkdirSync(join(story.state, name, '.git'), { recursive: true });
        writeFileSync(join(story.state, name, 'index.html'), 'hello');
      }
    },
    terminal: {
      args: ['TMP/asked'],
      answers: [asked('Enter a number to choose an example', '')],
      shows: /git add --chmod=\+x \.bough\/deploy/,
    },
    pipe: { args: ['TMP/piped'], data: /^\.bough\/deploy\n$/, tells: /the example static-site fits/ },
  },
  {
    command: 'completion',
    terminal: { args: ['bash'], shows: /^_bough\(\) \{$/m },
    pipe: { args: ['zsh'], data: /#compdef bough/ },
  },
  {
    command: 'integration:delete',
    terminal: {
      answers: [asked('Delete the integration', 'n')],
      code: 1,
      shows: /Delete the integration \w+/,
    },
    pipe: { args: ['--yes'], tells: /Deleted integration \w+/ },
  },
  {
    command: 'project:delete',
    terminal: {
      answers: [
        asked('Are you sure you want to delete this project', 'y'),
        asked('Type the project title', 'wrong'),
      ],
      code: 1,
      shows: /Incorrect project title \(expected: The shop\)/,
    },
    pipe: { args: ['--yes'], tells: /The project The shop \(\w+\) was deleted\./ },
  },
];

const environment = () => ({ BOUGH_API_URL: story.stack.apiUrl, ...(shop && { BOUGH_PROJECT: shop }) });

const known = (args: string[] = []) =>
  args.map((arg) => arg.replace('SHOP', shop).replace('TMP', story.state));

/** The expected text, with the directory of this run. */
const expected = ({ source, flags }: RegExp = /^/) => new RegExp(source.replace('TMP', story.state), flags);

const atTerminal = (args: string[], answers?: Answer[]) =>
  runInTerminal(process.execPath, [program, ...args], environment(), answers);

describe('every command, at a terminal and in a pipe', () => {
  beforeAll(async () => {
    story = await beginStory(repository, { BOUGH_SCHEDULE_SECONDS: '0' });
  });
  afterAll(async () => story?.end());

  it.each(steps)('$command', async ({ command, given, terminal, pipe }) => {
    await given?.();
    const shown = await atTerminal([command, ...known(terminal.args)], terminal.answers);
    expect(shown.text).toMatch(expected(terminal.shows));
    expect(shown.code).toBe(terminal.code ?? 0);

    const { code, stdout, stderr } = await runInPipe([command, ...known(pipe.args)], environment());
    expect(stderr).toMatch(expected(pipe.tells));
    expect(stdout).toMatch(expected(pipe.data));
    expect(code).toBe(pipe.code ?? 0);
    expect(stdout + stderr).not.toContain('\u001b');
  });

  it('is walked', () => {
    const visible = specs.filter(({ isHidden }) => !isHidden).map(({ name }) => name);
    expect(steps.map(({ command }) => command).sort()).toEqual(visible.sort());
  });
});
