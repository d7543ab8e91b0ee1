import * as z from 'zod';
import { type Api, connectApi, path } from '../../api/client.ts';
import { Board, Integration, type Project, Result } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { selectProject } from '../../selection.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { projectOptions } from '../options.ts';

const Options = z.object({ ...projectOptions, renew: z.boolean().optional() });

/** `project:board`. */
export const showBoard: Run = async ({ options, terminal }) => {
  const given = Options.parse(options);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  const integration = await integrationOf(api, project);
  const self = path`/projects/${project.id}/integrations/${integration.id}`;
  if (given.renew && !(await renew(api, terminal, self))) return 1;
  const { url } = await api.get(`${self}/board`, Board);
  if (url === null) throw new CliError(reasonFor(integration));
  terminal.write(`${url}\n`);
  terminal.info('Everybody with this link can see the environments.');
  return 0;
};

async function integrationOf(api: Api, { id }: Project): Promise<Integration> {
  const [integration] = await api.list(path`/projects/${id}/integrations`, Integration);
  if (integration) return integration;
  throw new CliError(
    'The project has no integration, so it has no board. To add one, run: bough integration:add',
  );
}

async function renew(api: Api, terminal: Terminal, self: string): Promise<boolean> {
  terminal.info(
    'All links to the board, to status pages and to logs end. Current build statuses get new ones.',
  );
  if (!(await terminal.confirm('Are you sure you want to renew the links?', { default: false })))
    return false;
  await api.post(`${self}/renew-links`, undefined, Result(Integration));
  terminal.info('The links are renewed.\n');
  return true;
}

function reasonFor({ public_pages }: Integration): string {
  return public_pages
    ? 'The integration has no key for links yet. To create one, run: bough project:board --renew'
    : 'Public pages are off. To switch them on, run: bough integration:update --public-pages true';
}
