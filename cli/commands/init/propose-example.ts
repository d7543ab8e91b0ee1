import type { ExampleName } from './examples.ts';

/** The facts of a repository that decide which example fits. */
export interface Facts {
  /** The names of the files and directories at the root. */
  readonly entries: ReadonlySet<string>;
  /** The names of the packages that package.json names. */
  readonly packages: ReadonlySet<string>;
  /** True when template.yaml or template.yml is a template of SAM. */
  readonly isSam: boolean;
  /** True when package.json lists workspaces. */
  readonly hasWorkspaces: boolean;
  /** True when `public/index.html` exists. */
  readonly hasPublicPage: boolean;
}

/** An example that fits a repository. */
export interface Proposal {
  readonly name: ExampleName;
  /** The file that the proposal follows from: `an index.html`. */
  readonly because: string;
}

type Rule = readonly [name: ExampleName | null, because: string, isTrue: (facts: Facts) => boolean];

/**
 * The kinds of repositories, the most special first: infrastructure may deploy a container or sites, a monorepo may use Vite,
 * and an application of Vite has an index.html. No example fits a CloudFormation template, and a site beside it is not all that
 * has to be deployed.
 */
const rules: readonly Rule[] = [
  [
    'terraform',
    'a Terraform configuration',
    ({ entries }) => [...entries].some((name) => name.endsWith('.tf')),
  ],
  ['cdk-api', 'a cdk.json', ({ entries }) => entries.has('cdk.json')],
  ['sam-api', 'a template of SAM', ({ isSam }) => isSam],
  [
    null,
    'a CloudFormation template',
    ({ entries }) => entries.has('template.yaml') || entries.has('template.yml'),
  ],
  ['container', 'a Dockerfile', ({ entries }) => entries.has('Dockerfile')],
  ['monorepo', 'a pnpm-workspace.yaml', ({ entries }) => entries.has('pnpm-workspace.yaml')],
  ['monorepo', 'workspaces in package.json', ({ hasWorkspaces }) => hasWorkspaces],
  ['vite-spa', 'Vite in package.json', ({ packages }) => packages.has('vite')],
  [
    'static-site',
    'an index.html',
    ({ entries, hasPublicPage }) =>
      !entries.has('package.json') && (entries.has('index.html') || hasPublicPage),
  ],
];

/** The example that fits a repository; null when none does. */
export function proposeExample(facts: Facts): Proposal | null {
  const [name, because] = rules.find(([, , isTrue]) => isTrue(facts)) ?? [null, ''];
  return name ? { name, because } : null;
}
