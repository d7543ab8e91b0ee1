import { apiUrl, credentials } from '../../../support/api-world.ts';
import { aProject } from '../../../support/builders.ts';
import { cliWorld, succeed } from '../../../support/cli.ts';

const { key, secret } = credentials;
/** A Bitbucket without problems. */
export const healthy = {
  missingPermissions: async () => [],
  findWebhook: async () => ({ active: true, missing_events: [], has_secret: true }),
  removeWebhook: async () => true,
  openPullRequests: async () => ({ list: [], has_more: false }),
  source: async () => ({
    listRefs: async () => ({ refs: new Map(), head: 'refs/heads/main', unreadable: new Set<string>() }),
    fetchBundle: () => Promise.reject(new Error('nothing is fetched')),
  }),
};

/** A project with an integration that Bitbucket accepts. */
export async function aWorld(
  host: NonNullable<Parameters<typeof cliWorld>[0]>['host'] = {},
  type: 'bitbucket' | 'bitbucket_server' = 'bitbucket',
) {
  const repository = async () => ({ uuid: '42', full_name: 'ACME/website', default_branch: 'main' });
  const world = await cliWorld({
    host: { ...healthy, ...(type === 'bitbucket_server' ? { repository } : {}), ...host },
  });
  await world.projects.save(aProject());
  const access =
    type === 'bitbucket'
      ? ['--repository', 'acme/website', '--key', key, '--secret', secret]
      : [
          ...['--repository', 'ACME/website', '--bitbucket-url', 'https://git.example.org'],
          ...['--username', 'wile', '--token', 'token-of-wile'],
        ];
  world.work.endOf = succeed;
  await world.bough(['integration:add', '--type', type, ...access, '--no-wait']);
  const stored = async () => (await world.integrations.listOf('abcdefghijklm'))[0];
  const { id } = (await stored())!;
  const path = `/projects/abcdefghijklm/integrations/${id}`;
  return { ...world, stored, id, path, hookUrl: `${apiUrl}${path}/hook` };
}
