import { at, git, push, pushBranch, WEBSITE, type Website } from './bitbucket.ts';

/** The path of the pull requests of acme/website in Cloud's API. */
export const PULL_REQUESTS = `${WEBSITE}/pullrequests`;

let serial = 0;

/** A pull request that a test opened, with its source branch and that branch's commit. */
export interface Opened {
  readonly id: number;
  readonly branch: string;
  readonly head: string;
  readonly path: string;
  readonly title: string;
  /** The file that the source branch adds. */
  readonly file: string;
}

/** Pushes a branch with one commit on top of main and opens a pull request for it. */
export async function aPullRequest(
  site: Website,
  fields: Record<string, unknown> = {},
  text = '<h1>New</h1>',
): Promise<Opened> {
  serial += 1;
  const [branch, title, file] = [`feature/${serial}`, `Page ${serial}`, `page-${serial}.html`];
  const head = await pushBranch(site, branch, { file, text });
  const { body } = await site.api('POST', PULL_REQUESTS, {
    title,
    source: { branch: { name: branch } },
    ...fields,
  });
  const id = Number(at(body, 'id'));
  return { id, branch, head, path: `${PULL_REQUESTS}/${id}`, title, file };
}

/** Pushes a commit on top of the server's main and returns its hash. */
export async function pushMain(site: Website, file: string, text = '<h1>Meanwhile</h1>'): Promise<string> {
  await git(site.workingCopy, 'fetch', '--quiet', 'origin');
  await git(site.workingCopy, 'checkout', '--quiet', '-B', 'main', 'origin/main');
  return push(site.workingCopy, { file, text });
}
