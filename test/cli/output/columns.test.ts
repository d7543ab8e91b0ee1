import { describe, expect, it } from 'vitest';
import { specs } from '../../../cli/commands/specs.ts';
import {
  aDeadLetter,
  anActivity,
  anEndedActivity,
  anEnvironment,
  credentials,
  plainSecrets,
} from '../../support/api-world.ts';
import { anIntegration, aProject, aVariable, integrationId, projectId } from '../../support/builders.ts';
import { cliWorld } from '../../support/cli.ts';

/** The arguments with which a command prints its table. */
const calls: Record<string, string[]> = {
  'integration:add': [
    ...['--type=bitbucket', '--repository=acme/website', '--no-wait'],
    ...[`--key=${credentials.key}`, `--secret=${credentials.secret}`],
  ],
  'integration:prune': ['--dry-run'],
  'variable:get': ['COLOUR'],
};

/** A world with a row for every table. */
async function aWorld(name: string) {
  const world = await cliWorld();
  await world.projects.save(aProject());
  await world.variables.save({ project: projectId, environment: null }, aVariable());
  world.post.letters.push(aDeadLetter());
  if (name === 'integration:add') return world;
  await world.environments.save(anEnvironment({ activities: [anActivity({ id: 'running' })] }));
  const key = { project: projectId, id: integrationId };
  const sealed_credentials = await plainSecrets.seal('credentials', key, credentials.secret);
  await world.integrations.save(anIntegration({ sealed_credentials }), [anEndedActivity({ id: 'ended' })]);
  return world;
}

describe.each(specs.flatMap(({ name, columns }) => (columns ? [{ name, columns }] : [])))(
  'the table of $name',
  ({ name, columns }) => {
    const command = [name, ...(calls[name] ?? [])];

    it('has the columns in its help', async () => {
      await using world = await aWorld(name);

      const { stderr } = await world.bough([...command, '--columns', 'nonsense']);

      const ids = columns.map((column) => column.replace('*', ''));
      expect(stderr).toContain(`Column not found: nonsense (available columns: ${ids.join(', ')})\n`);
    });

    it('shows the columns that its help marks by default', async () => {
      const defaults = columns
        .filter((column) => column.endsWith('*'))
        .map((column) => column.replace('*', ''));
      const headerOf = async (...flags: string[]) => {
        await using world = await aWorld(name);
        return (await world.bough([...command, '--format', 'tsv', ...flags])).stdout.split('\n')[0];
      };

      expect(await headerOf()).toMatch(/\w/);
      expect(await headerOf()).toBe(await headerOf('--columns', defaults.join(',')));
    });
  },
);
