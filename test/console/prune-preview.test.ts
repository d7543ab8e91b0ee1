import { describe, expect, it } from 'vitest';
import type { QueuedEvent } from '../../shared/domain/deliveries/delivery.ts';
import { BoughError } from '../../shared/errors.ts';
import { runIntegrationActivity } from '../../shared/workflow/activities/run-integration-activity.ts';
import { type ApiWorld, anEnvironment } from '../support/api-world.ts';
import { integrationId, theProductionEnvironment } from '../support/builders.ts';
import { aLog } from '../support/doubles.ts';
import { aMirror } from '../support/memory-mirror.ts';
import { violationsOf } from './support/accessibility.ts';
import { anIntegratedProject } from './support/an-integrated-project.ts';
import { openConsole } from './support/console.ts';

const project = 'website';
const settings = `/p/${project}/settings`;
const one = `${settings}/integrations/${integrationId}`;

describe('the preview of a prune', () => {
  it('lists exactly what the prune then does', async () => {
    const world = await anIntegratedProject();
    world.repository.push('feature/new', 'B');
    await world.environments.save(theProductionEnvironment({ project, integration: integrationId }));
    const kept = anEnvironment({ id: 'kept', project, integration: integrationId, protected: true });
    await world.environments.save(kept);
    for (const id of ['a/activities', 'feature/50%-off'])
      await world.environments.save(anEnvironment({ id, project, integration: integrationId }));
    await using console = await openConsole({ world, at: one });
    const { page, api } = console;
    await page.getByRole('link', { name: 'Preview prune' }).click();
    await page.getByRole('table', { name: 'Changes' }).waitFor();
    const rows = await page.getByRole('row').allInnerTexts();
    const listed = rows.slice(1).map((row) => row.split(/[\t\n]+/).map((cell) => cell.trim()));
    expect(await violationsOf(page)).toEqual([]);

    await page.getByRole('button', { name: 'Prune now' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('2 environments go, with site and data').waitFor();
    expect(await dialog.getByRole('listitem').allInnerTexts()).toEqual(['a/activities', 'feature/50%-off']);
    await dialog.getByRole('button', { name: 'Prune', exact: true }).click();
    await page.getByRole('link', { name: 'Follow its log' }).click();
    // One preview and one prune: the preview reads the whole repository, so the prune does not repeat it.
    expect(api.requests.filter(({ path }) => path.endsWith('/prune'))).toHaveLength(2);

    expect(await runLast(world)).toHaveLength(3);
    await page.getByText('Succeeded').waitFor();
    const log = await page.getByRole('region', { name: 'Log' }).innerText();
    const made = [...log.matchAll(/^ {2}(Create|Update|Delete|Keep) ([^:]+): (.*)$/gm)].map((line) =>
      line.slice(1),
    );

    expect(listed.toSorted()).toEqual(made.toSorted());
    expect(listed).toHaveLength(4);
  });

  it('confirms exactly the deletions that are held back and shown', async () => {
    const world = await anIntegratedProject();
    await world.environments.save(theProductionEnvironment({ project, integration: integrationId }));
    for (let index = 0; index < 60; index++)
      await world.environments.save(
        anEnvironment({ id: `branch-${index}`, project, integration: integrationId }),
      );
    await using console = await openConsole({ world, at: `${one}/prune` });
    const { page } = console;
    await page.getByText('Deletions are held back').waitFor();
    expect(await page.getByRole('row').count()).toBe(51);
    await page.getByRole('button', { name: 'Delete 60 environments' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('and 40 more').waitFor();
    await dialog.getByText('All changes: Delete 60.').waitFor();
    expect(await violationsOf(page)).toEqual([]);

    await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('link', { name: 'Follow its log' }).waitFor();

    expect(await runLast(world)).toHaveLength(60);
  });

  it('says that there is nothing to do, and why it cannot be made', async () => {
    const world = await anIntegratedProject();
    await world.environments.save(
      theProductionEnvironment({ project, integration: integrationId, head_commit: null }),
    );
    world.repository.heads.clear();
    await using console = await openConsole({ world, at: `${one}/prune` });
    const { page, open } = console;
    await page.getByText('No changes: the environments match the repository').waitFor();
    expect(await violationsOf(page)).toEqual([]);

    world.bitbucket.fail('listRefs', new BoughError('git_host_unavailable', 'Bitbucket does not answer.'));
    await page.reload();
    await page.getByText('Bitbucket does not answer.').first().waitFor();
    await page.getByText('Wait: the work goes on by itself when Bitbucket answers again.').first().waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await open(`${settings}/general`);
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  });
});

/** Runs the last activity of the integration, as the activities function does. Returns the changes that it sends. */
async function runLast(world: ApiWorld): Promise<readonly QueuedEvent[]> {
  const [integration] = await world.integrations.listOf(project);
  const activity = integration?.activities.at(-1);
  const effect = world.effects.findLast(
    (sent) => sent.type === 'integration.run' && sent.activity.id === activity?.id,
  );
  if (effect?.type !== 'integration.run') throw new Error('no activity waits');
  const events: QueuedEvent[] = [];
  const ports = {
    ...world.ports,
    mirrors: aMirror().mirrors,
    connect: async () => world.bitbucket.host,
    events: { send: async (some: readonly QueuedEvent[]) => void events.push(...some) },
    log: aLog().log,
    activityLog: {
      append: (to: string, id: string, lines: readonly string[]) => world.writeLog(to, id, ...lines),
      flush: async () => undefined,
      take: async () => [],
    },
  };
  await runIntegrationActivity(ports, effect, 1);
  return events;
}
