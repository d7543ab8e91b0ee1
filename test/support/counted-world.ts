import { issueCredentials } from '../../shared/workflow/builds/issue-credentials.ts';
import {
  aDeployment,
  anActiveEnvironment,
  anEnvironment,
  commit,
  projectId,
  theProductionEnvironment,
} from './builders.ts';
import { startCountedTable } from './counted-table.ts';
import { aRepository } from './doubles.ts';
import { aWorld } from './world.ts';

/** The branch without data that `pullRequestsIn` creates. */
const branch = 'feature/base';

/**
 * A world over DynamoDB that counts units. Its project has production and `count` environments of branches, every tenth
 * deployed.
 */
export async function aCountedWorld(count: number) {
  const environments = Array.from({ length: count }, (_, index) => {
    const id = `feature/other-${index}`;
    return index % 10 === 0 ? anActiveEnvironment({ id }) : anEnvironment({ id });
  });
  const main = theProductionEnvironment({ deployment: aDeployment() });
  const table = await startCountedTable(({ environments: store }) =>
    Promise.all([main, ...environments].map((one) => store.save(one))),
  );
  const repository = aRepository({ main: 'A', 'feature/x': 'B', [branch]: 'C' });
  const world = await aWorld({ stores: table.stores, repository });
  return { ...table, world, repository };
}

/** The world that `aCountedWorld` creates. */
export type CountedWorld = Awaited<ReturnType<typeof aCountedWorld>>;

/** Exchanges the permit of the build of an environment, as the builder does. */
async function exchangePermit({ world: { ports, builds }, stores }: CountedWorld, id: string) {
  const activity = builds.find(({ environment }) => environment.id === id)?.activity.id ?? '';
  const scopeOf = async () => ({ project: projectId, environment: id, data_from: null, activity });
  const none = { access_key_id: '', secret_access_key: '', session_token: '', expires_at: '' };
  const all = {
    ...ports,
    variables: stores.variables,
    permits: { scopeOf },
    rights: { issue: async () => none },
  };
  await issueCredentials(all as never, { project: projectId, activity, permit: '' });
}

/**
 * The parts of the life of a new branch without data, of a pull request to production and of one to that branch. Each part
 * runs from its delivery until nothing is left to do.
 */
export function pullRequestsIn(counted: CountedWorld): Record<string, () => Promise<void>> {
  const { world, repository } = counted;
  const { process, settle, work } = world;
  const open = async (target: string) => {
    const number = repository.open('feature/x', target);
    await process({ type: 'pull_request.opened', pull_request: repository.show(number) });
    await work();
    await exchangePermit(counted, `pr-${number}`);
    await settle();
  };
  return {
    async pushed() {
      await process({ type: 'branch.pushed', branch, commit: commit('C') });
      await settle();
    },
    opened: () => open('main'),
    opened_below: () => open(branch),
    async merged() {
      repository.end(1);
      await process({ type: 'pull_request.merged', number: 1 });
      await settle();
    },
    async deleted() {
      repository.deleteBranch(branch);
      await process({ type: 'branch.deleted', branch });
      await settle();
    },
  };
}
