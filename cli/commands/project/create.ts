import * as z from 'zod';
import { connectApi } from '../../api/client.ts';
import { Project, Result } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { printable } from '../../output/text.ts';

const Options = z.object({ title: z.string().optional() });

/** `project:create`. */
export const createProject: Run = async ({ options, terminal }) => {
  const given = Options.parse(options);
  const title = given.title ?? (await terminal.input('Project title', { default: 'Untitled Project' }));
  const { entity } = (await connectApi(terminal).post('/projects', { title }, Result(Project)))._embedded;
  terminal.info('The project is now ready!');
  terminal.write(`${entity.id}\n`);
  terminal.info(`  Project ID: ${entity.id}`);
  terminal.info(`  Project title: ${printable(entity.title)}`);
  terminal.info('\nTo connect a Bitbucket repository, run: bough integration:add --type bitbucket');
  return 0;
};
