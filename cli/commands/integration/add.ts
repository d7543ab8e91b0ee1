import * as z from 'zod';
import { connectApi, path } from '../../api/client.ts';
import { Integration, Result } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { printProperties } from '../../output/properties.ts';
import { selectProject } from '../../selection.ts';
import { integrationOptions, projectOptions, tableOptions, waitOptions } from '../options.ts';
import { askForOptions } from './form.ts';
import { asInvalidInput, reportRefusal } from './problems.ts';
import {
  rejectOptionsOfOtherTypes,
  requireConnectionOptions,
  settingsOf,
  typeOf,
  warnAboutSettings,
} from './settings.ts';
import { propertiesOf } from './view.ts';
import { waitForIntegration } from './wait.ts';

const Options = z.object({
  ...projectOptions,
  ...integrationOptions,
  ...waitOptions,
  ...tableOptions,
  adopt: z.boolean().optional(),
});

/** `integration:add`. */
export const addIntegration: Run = async ({ options, terminal }) => {
  const flags = Options.parse(options);
  const api = connectApi(terminal);
  // Select the project before the form, so that a missing project is reported first.
  const chosen = terminal.interactive ? await selectProject(api, terminal, flags.project) : null;
  const given = terminal.interactive ? { ...flags, ...(await askForOptions(terminal, flags)) } : flags;
  const type = typeOf(given);
  rejectOptionsOfOtherTypes(type, given);
  requireConnectionOptions(type, given);
  const settings = settingsOf(given, { fetch_branches: true });
  const project = chosen ?? (await selectProject(api, terminal, given.project));

  warnAboutSettings(terminal, given, settings);
  terminal.info(
    `Warning: adding a '${type}' integration will automatically synchronize code from the external Git repository.`,
  );
  terminal.info('This means it can overwrite all the code in your project.\n');
  if (!(await terminal.confirm('Are you sure you want to continue?'))) return 1;

  const result = await api
    .post(
      path`/projects/${project.id}/integrations`,
      { type, ...settings, adopt: flags.adopt },
      Result(Integration),
    )
    .catch(asInvalidInput);
  if ('problems' in result) return reportRefusal(terminal, result, 'The integration');

  const { entity, activities } = result._embedded;
  terminal.info(`Created integration ${entity.id} (type: ${entity.type})`);
  const exitCode = await waitForIntegration(api, terminal, project, entity, activities, given);
  printProperties(terminal, propertiesOf(entity), given);
  return exitCode;
};
