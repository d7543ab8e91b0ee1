import * as z from 'zod';
import { connectApi } from '../api/client.ts';
import type { Environment } from '../api/resources.ts';
import type { Run } from '../command.ts';
import { CliError } from '../errors.ts';
import { environmentOptions, projectOptions } from '../options.ts';
import { readRoutes } from '../routes.ts';
import { selectEnvironment, selectProject } from '../selection.ts';

const Options = z.object({
  ...projectOptions,
  ...environmentOptions,
  primary: z.boolean().optional(),
  pipe: z.boolean().optional(),
});

export const showEnvironmentUrl: Run = async ({ options, terminal }) => {
  const { project: projectId, environment: id, primary } = Options.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, projectId);
  const environment = await selectEnvironment(api, terminal, project, id);
  const routes = await readRoutes(api, project, environment);
  if (!routes) throw new CliError(whyUndeployed(environment));
  const urls = (primary ? routes.filter((route) => route.primary).slice(0, 1) : routes).map(({ url }) => url);
  if (urls.length === 0) throw new CliError(primary ? 'No primary route found.' : 'No URLs found');
  terminal.write(urls.map((url) => `${url}\n`).join(''));
  return 0;
};

function whyUndeployed({ id, status }: Environment): string {
  switch (status) {
    case 'inactive':
      return `The environment ${id} is not active, so it has no URLs.`;
    case 'dirty':
      return `The environment ${id} has not been deployed yet. To follow its activity, run: bough activity:log -e ${id}`;
    default:
      return `The environment ${id} has not been deployed. To see why, run: bough activity:list -e ${id}`;
  }
}
