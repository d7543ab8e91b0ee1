import type { Terminal } from '../../terminal/terminal.ts';
import type { IntegrationOptions } from '../options.ts';
import { type IntegrationType, rejectOptionsOfOtherTypes, typeOf } from './settings.ts';

/** A text that a new integration requires. */
interface Field {
  option: keyof IntegrationOptions;
  flag: string;
  name: string;
  description: string;
  isSecret?: boolean;
  /** The problem of an answer; undefined for a valid answer. */
  problem?: (answer: string) => string | undefined;
}

/** An option that is on or off. */
interface Choice {
  option: keyof IntegrationOptions;
  flag: string;
  name: string;
  question: string;
  default: boolean;
  /** Asked only when this option is on. */
  needs?: keyof IntegrationOptions;
}

const repository: Field = {
  option: 'repository',
  flag: 'repository',
  name: 'Repository',
  description: "The repository (e.g. 'owner/repository')",
  problem: (answer) => (answer.indexOf('/', 1) < 0 ? `Invalid value for 'Repository': ${answer}` : undefined),
};

const fields: Record<IntegrationType, readonly Field[]> = {
  bitbucket: [
    {
      option: 'key',
      flag: 'key',
      name: 'OAuth consumer key',
      description: 'A Bitbucket OAuth consumer key',
    },
    {
      option: 'secret',
      flag: 'secret',
      name: 'OAuth consumer secret',
      description: 'A Bitbucket OAuth consumer secret',
      isSecret: true,
    },
    repository,
  ],
  bitbucket_server: [
    {
      option: 'bitbucketUrl',
      flag: 'bitbucket-url',
      name: 'Base URL',
      description: 'The base URL of the Bitbucket Server installation',
      problem: (answer) => (URL.canParse(answer) ? undefined : `This is not a URL: ${answer}`),
    },
    {
      option: 'username',
      flag: 'username',
      name: 'Username',
      description: 'The Bitbucket Server username',
    },
    {
      option: 'token',
      flag: 'token',
      name: 'Token',
      description: 'An authentication or access token for the integration',
      isSecret: true,
    },
    repository,
  ],
};

const choices: readonly Choice[] = [
  {
    option: 'buildPullRequests',
    flag: 'build-pull-requests',
    name: 'Build pull requests',
    question: 'Build every pull request as an environment',
    default: true,
  },
  {
    option: 'pullRequestsCloneParentData',
    flag: 'pull-requests-clone-parent-data',
    name: 'Clone data for pull requests',
    question: "Clone the parent environment's data for pull requests",
    default: true,
    needs: 'buildPullRequests',
  },
  {
    option: 'resyncPullRequests',
    flag: 'resync-pull-requests',
    name: 'Re-sync pull requests',
    question: 'Re-sync pull request environment data on every build',
    default: false,
    needs: 'buildPullRequests',
  },
  {
    option: 'fetchBranches',
    flag: 'fetch-branches',
    name: 'Fetch branches',
    question: 'Fetch all branches from the remote (as inactive environments)',
    default: true,
  },
  {
    option: 'pruneBranches',
    flag: 'prune-branches',
    name: 'Prune branches',
    question: 'Delete branches that do not exist on the remote',
    default: true,
    needs: 'fetchBranches',
  },
];

/** Asks for every setting of a new integration that the options do not contain. */
export async function askForOptions(
  terminal: Terminal,
  given: IntegrationOptions,
): Promise<IntegrationOptions> {
  const options = { ...given, type: given.type ?? (await askType(terminal)) };
  const type = typeOf(options);
  rejectOptionsOfOtherTypes(type, options);
  for (const field of fields[type]) options[field.option] ||= await askField(terminal, field);
  for (const { option, flag, name, question, default: isOn, needs } of choices) {
    const isMeaningful = needs === undefined || isTrue(options[needs]);
    if (options[option] !== undefined || !isMeaningful) continue;
    options[option] = String(await terminal.confirm(`${name} (--${flag})\n${question}?`, { default: isOn }));
  }
  return options;
}

function askType(terminal: Terminal): Promise<IntegrationType> {
  const types: readonly IntegrationType[] = ['bitbucket', 'bitbucket_server'];
  return terminal.choose(
    'Integration type (--type)\nEnter a number to choose:',
    types.map((type) => ({ value: type, name: type })),
  );
}

function askField(terminal: Terminal, field: Field): Promise<string> {
  const { flag, name, description, isSecret, problem } = field;
  const validate = (answer: string) => {
    if (answer.trim() === '') return `'${name}' is required`;
    return problem?.(answer) ?? true;
  };
  const question = `${name} (--${flag})\n${description}\n>`;
  return isSecret ? terminal.secret(question, { validate }) : terminal.input(question, { validate });
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && !/^(0|false|no|n)$/i.test(value);
}
