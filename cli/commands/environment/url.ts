import * as z from 'zod';
import { connectApi } from '../../api/client.ts';
import type { Environment } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { selectEnvironment, selectProject } from '../../selection.ts';
import { environmentOptions, projectOptions } from '../options.ts';
import { readRoutes } from './routes.ts';

const Options = z.object({
  ...projectOptions,
  ...environmentOptions,
  primary: z.boolean().optional(),
  pipe: z.boolean().optional(),
  browser: z.string().optional(),
});

/** `environment:url`. */
export const showEnvironmentUrl: Run = async ({ options, terminal }) => {
  const given = Options.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  const environment = await selectEnvironment(api, terminal, project, given.environment, 'read');
  const routes = await readRoutes(api, project, environment);
  if (!routes) throw new CliError(undeployedReason(environment));
  const [best] = routes;
  if (!best) {
    terminal.write('No URLs found.\n');
    return 1;
  }
  const primary = routes.find((route) => route.primary);
  if (given.primary && !primary) throw new CliError('No primary route found.');
  // Scripts expect one URL unless they ask for all.
  const isForAll = terminal.interactive || given.pipe || given.browser === '0';
  const shown = given.primary && primary ? [primary] : isForAll ? routes : [best];
  terminal.write(shown.map(({ url }) => `${url}\n`).join(''));
  return 0;
};

function undeployedReason({ id, status }: Environment): string {
  switch (status) {
    case 'inactive':
      return `The environment ${id} is not active, so it has no URLs.`;
    case 'dirty':
      return `The environment ${id} has not been deployed yet. To follow its activity, run: bough activity:log -e ${id}`;
    default:
      return `The environment ${id} has not been deployed. To see why, run: bough activity:list -e ${id}`;
  }
}
