import * as z from 'zod';
import { connectApi, path } from '../../api/client.ts';
import { Integration, Result } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { printProperties } from '../../output/properties.ts';
import { selectProject } from '../../selection.ts';
import { integrationOptions, projectOptions, tableOptions, waitOptions } from '../options.ts';
import { fillIn } from './form.ts';
import { explainRefusal, problemsIn } from './problems.ts';
import { refuseForeign, requireAccess, settingsOf, typeOf, warnOf } from './settings.ts';
import { propertiesOf } from './view.ts';
import { waitForIntegration } from './wait.ts';

const Options = z.object({
  ...projectOptions,
  ...integrationOptions,
  ...waitOptions,
  ...tableOptions,
  adopt: z.boolean().optional(),
});

export const addIntegration: Run = async ({ options, terminal }) => {
  const said = Options.parse(options);
  const api = connectApi(terminal);
  // Nobody should fill in a form for a project that there is not.
  const chosen = terminal.interactive ? await selectProject(api, terminal, said.project) : null;
  const given = terminal.interactive ? { ...said, ...(await fillIn(terminal, said)) } : said;
  const type = typeOf(given);
  refuseForeign(type, given);
  requireAccess(type, given);
  const settings = settingsOf(given, { fetch_branches: true });
  const project = chosen ?? (await selectProject(api, terminal, given.project));

  warnOf(terminal, given, settings);
  terminal.tell(
    `Warning: adding a '${type}' integration will automatically synchronize code from the external Git repository.`,
  );
  terminal.tell('This means it can overwrite all the code in your project.\n');
  if (!(await terminal.confirm('Are you sure you want to continue?'))) return 1;

  const result = await api
    .post(
      path`/projects/${project.id}/integrations`,
      { type, ...settings, adopt: said.adopt },
      Result(Integration),
    )
    .catch(problemsIn);
  if ('problems' in result) return explainRefusal(terminal, result, 'The integration');

  const { entity, activities } = result._embedded;
  terminal.tell(`Created integration ${entity.id} (type: ${entity.type})`);
  const exitCode = await waitForIntegration(api, terminal, project, entity, activities, given);
  printProperties(terminal, propertiesOf(entity), given);
  return exitCode;
};
