import * as z from 'zod';
import { connectApi, path } from '../../api/client.ts';
import { Integration, Result } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { printProperties } from '../../output/properties.ts';
import { selectIntegration, selectProject } from '../../selection.ts';
import { integrationOptions, projectOptions, tableOptions, waitOptions } from '../options.ts';
import { asInvalidInput, reportRefusal } from './problems.ts';
import { rejectOptionsOfOtherTypes, settingsOf, warnAboutSettings } from './settings.ts';
import { propertiesOf } from './view.ts';
import { waitForIntegration } from './wait.ts';

const Options = z.object({ ...projectOptions, ...integrationOptions, ...waitOptions, ...tableOptions });

/** `integration:update`. */
export const updateIntegration: Run = async ({ args, options, terminal }) => {
  const given = Options.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  const before = await selectIntegration(api, terminal, project, args[0]);
  if (given.type !== undefined) {
    terminal.info(
      'The --type option is not supported on the integration:update command. The integration type cannot be changed.',
    );
  }
  rejectOptionsOfOtherTypes(before.type, given);
  const settings = settingsOf(given, before);
  warnAboutSettings(terminal, given, settings);

  const url = path`/projects/${project.id}/integrations/${before.id}`;
  const result = await api.patch(url, settings, Result(Integration)).catch(asInvalidInput);
  if ('problems' in result)
    return reportRefusal(terminal, result, `The integration ${before.id} (type: ${before.type})`);

  const { entity, activities } = result._embedded;
  if (entity.updated_at === before.updated_at) {
    terminal.info('No changed values were provided to update.\n');
    printProperties(terminal, propertiesOf(entity), given);
    return 1;
  }
  terminal.info(`Integration ${entity.id} (${entity.type}) updated\n`);
  printProperties(terminal, propertiesOf(entity), given);
  return waitForIntegration(api, terminal, project, entity, activities, given);
};
