import { visible } from '../../shared/domain/values/text.ts';
import type { ShownEnvironment } from '../demo/api.ts';
import { localUrl } from '../http/net.ts';

/** Returns the playground's addresses and credentials, for users' own repositories and integrations. */
export function playgroundNotice(
  { url, serverUrl }: { url: string; serverUrl: string },
  consumer: { key: string; secret: string },
): string {
  return [
    `Bitbucket playground:   ${url} (user demo, password demo; OAuth consumer ${consumer.key}, secret ${consumer.secret})`,
    `The same as a Server:   ${serverUrl} (user demo, token demo-token)`,
  ].join('\n');
}

/** Returns the console's address. It contains the token that opens the console. */
export function consoleNotice(url: string): string {
  return ['', 'Open the console', `  ${url}`].join('\n');
}

interface Demo {
  environments: readonly ShownEnvironment[];
  repository: string;
  cloneUrl: string;
  apiUrl: string;
  bitbucketUrl: string;
  /** The console's address with the demo's project; null without a console. */
  consoleUrl: string | null;
}

/** Returns the demo's environments and suggestions, to be shown after the start. */
export function welcome(demo: Demo): string {
  const { environments, repository, cloneUrl, apiUrl, bitbucketUrl, consoleUrl } = demo;
  const rows = tree(environments, null, 0);
  const width = Math.max(...rows.map(({ name }) => name.length));
  const statusWidth = Math.max(...rows.map(({ status }) => status.length));
  const lines = rows.map(({ name, status, url }) =>
    `  ${name.padEnd(width)}  ${status.padEnd(statusWidth)}  ${url ?? ''}`.trimEnd(),
  );
  return [
    '',
    `Environments of ${repository}`,
    ...lines,
    '',
    'In a browser',
    ...(consoleUrl === null ? [] : [`  Console       ${consoleUrl}`]),
    `  Repository    ${bitbucketUrl}/${repository}`,
    `  Pull request  ${bitbucketUrl}/${repository}/pull-requests/1`,
    '',
    'Try next',
    `  git clone ${cloneUrl} && cd ${repository.split('/')[1]}`,
    '  git switch -c my-idea && git commit --allow-empty -m "My idea" && git push origin my-idea',
    `  ${unlessDefault('BOUGH_BITBUCKET_URL', bitbucketUrl, localUrl(4002))}npm run pr -- open my-idea     (here, where Bough is)`,
    '',
    `Look around with ${unlessDefault('BOUGH_API_URL', apiUrl, localUrl(4000))}npx bough: environment:list, environment:url, activity:list, activity:log.`,
    '',
  ].join('\n');
}

/** Returns a variable assignment, or nothing for the default that the commands use. */
function unlessDefault(variable: string, url: string, defaultUrl: string): string {
  return url === defaultUrl ? '' : `${variable}=${url} `;
}

interface Row {
  name: string;
  status: string;
  url: string | null;
}

function tree(environments: readonly ShownEnvironment[], parent: string | null, depth: number): Row[] {
  const ids = new Set(environments.map(({ id }) => id));
  return environments
    .filter(
      (environment) =>
        (environment.parent && ids.has(environment.parent) ? environment.parent : null) === parent,
    )
    .flatMap((environment) => [
      {
        name: `${'  '.repeat(depth)}${visible(environment.id)}`,
        status: environment.status === 'dirty' ? 'In progress' : capitalised(environment.status),
        url: environment.url === null ? null : visible(environment.url),
      },
      ...tree(environments, environment.id, depth + 1),
    ]);
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
