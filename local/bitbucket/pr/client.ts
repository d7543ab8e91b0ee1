import * as z from 'zod';

/** An error that the user can resolve; the message contains the remedy where one is known. */
export class CommandError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CommandError';
  }
}

const PullRequest = z.object({
  id: z.number(),
  title: z.string(),
  state: z.string(),
  source: z.object({ branch: z.object({ name: z.string() }) }),
  destination: z.object({ branch: z.object({ name: z.string() }) }),
  links: z.object({ html: z.object({ href: z.string() }) }),
});
/** The fields of Cloud's pull request resource that the command shows. */
export type PullRequest = z.infer<typeof PullRequest>;

const PullRequests = z.object({ values: z.array(PullRequest), next: z.string().optional() });
const Branch = z.object({ target: z.object({ message: z.string() }) });
const Problem = z.object({ error: z.object({ message: z.string(), detail: z.string().optional() }) });

/** Pull request operations on one repository. Each method throws a CommandError when the request fails. */
export interface PullRequestClient {
  open(fields: {
    branch: string;
    title?: string;
    into?: string;
    closeSourceBranch: boolean;
  }): Promise<PullRequest>;
  list(all: boolean): Promise<PullRequest[]>;
  update(id: number, fields: { title?: string; into?: string }): Promise<PullRequest>;
  merge(id: number, closeSourceBranch: boolean): Promise<PullRequest>;
  decline(id: number): Promise<PullRequest>;
}

interface Options {
  readonly baseUrl: string;
  /** `workspace/repository`. */
  readonly repository: string;
  /** `name:password`. */
  readonly user: string;
}

const TIMEOUT_MS = 30_000;

function problemOf(status: number, text: string): string {
  try {
    const { error } = Problem.parse(JSON.parse(text));
    return error.detail === undefined ? error.message : `${error.message} ${error.detail}`;
  } catch {
    return `HTTP ${status}: ${text.slice(0, 200)}`;
  }
}

/** Creates a client of Cloud's REST API for the pull requests of one repository. */
export function createPullRequestClient({ baseUrl, repository, user }: Options): PullRequestClient {
  const api = `${baseUrl.replace(/\/+$/, '')}/2.0/repositories/${repository}`;

  async function send(method: string, url: string, body?: unknown): Promise<Response> {
    try {
      return await fetch(url, {
        method,
        headers: {
          Authorization: `Basic ${Buffer.from(user).toString('base64')}`,
          'Content-Type': 'application/json',
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (cause) {
      const hint = 'Start the local stack with `npm start`, or set BOUGH_BITBUCKET_URL.';
      throw new CommandError(`Nothing answers at ${baseUrl}. ${hint}`, { cause });
    }
  }

  async function call<Schema extends z.ZodType>(
    schema: Schema,
    method: string,
    url: string,
    body?: unknown,
  ): Promise<z.output<Schema>> {
    const response = await send(method, url, body);
    const text = await response.text();
    if (!response.ok) throw new CommandError(problemOf(response.status, text));
    return schema.parse(JSON.parse(text));
  }

  const one = (id: number) => `${api}/pullrequests/${id}`;
  const into = (branch: string | undefined) =>
    branch === undefined ? {} : { destination: { branch: { name: branch } } };

  /** The first line of the newest commit's message, which Bitbucket's own form proposes too. */
  async function defaultTitle(branch: string): Promise<string> {
    const url = `${api}/refs/branches/${encodeURIComponent(branch)}`;
    const { target } = await call(Branch, 'GET', url).catch((error: unknown) => {
      if (!(error instanceof CommandError) || !error.message.startsWith('Branch ')) throw error;
      const hint = `Push it first (git push origin ${branch}), or name its repository with --repository`;
      throw new CommandError(`${error.message} in ${repository}. ${hint}`, { cause: error });
    });
    return target.message.split('\n')[0]?.trim() || branch;
  }

  return {
    async open(fields) {
      const proposed = await defaultTitle(fields.branch);
      return call(PullRequest, 'POST', `${api}/pullrequests`, {
        title: fields.title ?? proposed,
        source: { branch: { name: fields.branch } },
        close_source_branch: fields.closeSourceBranch,
        ...into(fields.into),
      });
    },
    async list(all) {
      const states = all ? ['OPEN', 'MERGED', 'DECLINED', 'SUPERSEDED'] : ['OPEN'];
      const query = states.map((state) => `state=${state}`).join('&');
      const found: PullRequest[] = [];
      let url: string | undefined = `${api}/pullrequests?pagelen=50&${query}`;
      while (url !== undefined) {
        const page: z.infer<typeof PullRequests> = await call(PullRequests, 'GET', url);
        found.push(...page.values);
        url = page.next;
      }
      return found;
    },
    async update(id, fields) {
      const title = fields.title ?? (await call(PullRequest, 'GET', one(id))).title;
      return call(PullRequest, 'PUT', one(id), { title, ...into(fields.into) });
    },
    merge: (id, closeSourceBranch) =>
      call(PullRequest, 'POST', `${one(id)}/merge`, {
        type: 'pullrequest_merge_parameters',
        ...(closeSourceBranch ? { close_source_branch: true } : {}),
      }),
    decline: (id) => call(PullRequest, 'POST', `${one(id)}/decline`),
  };
}
