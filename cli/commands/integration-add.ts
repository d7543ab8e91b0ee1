import * as z from 'zod';
import { connectApi, path } from '../api/client.ts';
import { Integration, Result } from '../api/resources.ts';
import type { Run } from '../command.ts';
import { confirmOptions, integrationOptions, projectOptions, tableOptions, waitOptions } from '../options.ts';
import { printProperties } from '../output/properties.ts';
import { selectProject } from '../selection.ts';
import { confirm } from '../terminal.ts';
import { explainRefusal, problemsIn } from './integration-problems.ts';
import { refuseForeign, requireAccess, settingsOf, typeOf, warnOf } from './integration-settings.ts';
import { waitForIntegration } from './integration-work.ts';
import { propertiesOf } from './integrations.ts';

const Options = z.object({
  ...projectOptions,
  ...integrationOptions,
  ...confirmOptions,
  ...waitOptions,
  ...tableOptions,
});

export const addIntegration: Run = async ({ options, terminal }) => {
  const given = Options.parse(options);
  const type = typeOf(given);
  refuseForeign(type, given);
  requireAccess(type, given);
  const settings = settingsOf(given, { fetch_branches: true });
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);

  warnOf(terminal, given, settings);
  terminal.tell(
    `Warning: adding a '${type}' integration will automatically synchronize code from the external Git repository.`,
  );
  terminal.tell('This means it can overwrite all the code in your project.\n');
  if (!(await confirm(terminal, 'Are you sure you want to continue?', given))) return 1;

  const result = await api
    .post(path`/projects/${project.id}/integrations`, { type, ...settings }, Result(Integration))
    .catch(problemsIn);
  if ('problems' in result) return explainRefusal(terminal, result, 'The integration');

  const { entity, activities } = result._embedded;
  terminal.tell(`Created integration ${entity.id} (type: ${entity.type})`);
  const exitCode = given.wait ? await waitForIntegration(api, terminal, project, entity, activities) : 0;
  printProperties(terminal, propertiesOf(entity), given);
  return exitCode;
};
