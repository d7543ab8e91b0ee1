import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dataSource } from '../../../shared/domain/environments/data-source.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import type { Relation } from '../../../shared/domain/environments/relations.ts';
import {
  readActionContext,
  readActionContexts,
} from '../../../shared/workflow/environments/read-action-contexts.ts';
import {
  aForkLink,
  aLink,
  anActiveEnvironment,
  anEnvironment,
  anIntegration,
  aPullRequestEnvironment,
  aRunningActivity,
  projectId,
  theProductionEnvironment,
} from '../../support/builders.ts';
import { memoryStores } from '../../support/memory-stores.ts';

/** Stores with a project's environments, and a record of the reads. */
async function setting(environments: readonly Environment[]) {
  const stores = memoryStores();
  await stores.integrations.save(anIntegration(), []);
  for (const environment of environments) await stores.environments.save(environment);
  const read = { single: [] as string[], related: [] as string[] };
  return {
    read,
    integrations: stores.integrations,
    environments: {
      get: (project: string, id: string) => {
        read.single.push(id);
        return stores.environments.get(project, id);
      },
      related: (project: string, relation: Relation, except?: string) => {
        read.related.push(`${relation.type} ${relation.value}`);
        return stores.environments.related(project, relation, except);
      },
    },
  };
}

const main = theProductionEnvironment();
const release = anEnvironment({ id: 'release' });
const below = (parent: string, number = 1) =>
  aPullRequestEnvironment({
    id: `pr-${number}`,
    parent,
    pull_request: aLink({ number, source_branch: `branch-${number}` }),
  });

describe('the context of an action', () => {
  it('is the environment, its integration and the source of its data', async () => {
    const stores = await setting([main, release, below('release')]);

    const context = await readActionContext(stores, below('release'));

    expect(context).toMatchObject({
      environment: { id: 'pr-1' },
      integration: anIntegration(),
      data_source: { id: 'main' },
    });
  });

  it('has no integration after its removal', async () => {
    const stores = await setting([]);

    expect(await readActionContext(stores, { ...main, integration: 'gone' })).toMatchObject({
      integration: null,
    });
  });

  it.each([
    ['nothing for an inactive environment', anEnvironment(), { single: [], related: [] }],
    [
      'nothing for one with a running activity',
      anActiveEnvironment({ activities: [aRunningActivity()] }),
      { single: [], related: [] },
    ],
    ['nothing for one without a parent', main, { single: [], related: [] }],
    ['the parent for one whose parent has data', below('main'), { single: ['main'], related: [] }],
    [
      'the ancestors up to the first with data, and the pull requests from their branches',
      below('release'),
      { single: ['release', 'main'], related: ['built_from release'] },
    ],
  ])('costs reads of %s', async (_, environment, expected) => {
    const stores = await setting([main, release, below('release')]);

    await readActionContext(stores, environment);

    expect(stores.read).toEqual(expected);
  });

  it('costs reads of a few parents for thousands of environments', async () => {
    const many = Array.from({ length: 2000 }, (_, number) => below(number % 2 ? 'main' : 'release', number));
    const stores = await setting([main, release, ...many]);

    const contextOf = await readActionContexts(stores, projectId, many);

    expect(many.map((environment) => contextOf(environment).data_source?.id)).toEqual(many.map(() => 'main'));
    expect(stores.read.single.sort()).toEqual(['main', 'release']);
    expect(stores.read.related).toEqual(['built_from release']);
  });

  const names = ['main', 'a', 'b', 'c', 'd'];
  const relatives = fc
    .tuple(
      ...names.map((id) =>
        fc
          .record({
            parent: fc.option(fc.constantFrom(...names, 'missing')),
            status: fc.constantFrom('active' as const, 'inactive' as const),
            deployed: fc.boolean(),
            source: fc.option(fc.constantFrom(...names)),
            isFork: fc.boolean(),
          })
          .map(({ deployed, source, isFork, ...changes }) => {
            const link = isFork ? aForkLink() : aLink();
            const environment = anActiveEnvironment({
              id,
              ...changes,
              pull_request: source === null ? null : { ...link, source_branch: source },
            });
            return deployed ? environment : { ...environment, deployment: null };
          }),
      ),
    )
    .map((all): Environment[] => all);

  it('shows for each on any page whether it has a source of data, as if all were read', async () => {
    await fc.assert(
      fc.asyncProperty(relatives, fc.subarray(names), async (all, onPage) => {
        const page = all.filter(({ id }) => onPage.includes(id));
        const stores = await setting(all);

        const contextOf = await readActionContexts(stores, projectId, page);

        for (const environment of page.filter(({ status }) => status === 'active')) {
          const source = dataSource(environment, all);
          expect([environment.id, contextOf(environment).data_source !== null]).toEqual([
            environment.id,
            source !== null,
          ]);
          // The context of a single environment has the source itself.
          expect((await readActionContext(stores, environment)).data_source).toEqual(source);
        }
      }),
      { numRuns: 300 },
    );
  });
});
