import * as z from 'zod';
import { connectApi } from '../api/client.ts';
import type { Run } from '../command.ts';
import { environmentOptions, projectOptions, tableOptions } from '../options.ts';
import { printProperties, printProperty, withoutLinks } from '../output/properties.ts';
import { selectEnvironment, selectProject } from '../selection.ts';

const Options = z.object({ ...projectOptions, ...environmentOptions, ...tableOptions });

export const showEnvironmentInfo: Run = async ({ args, options, terminal }) => {
  const { project: projectId, environment: id, ...table } = Options.parse(options);
  const [property] = args;
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, projectId);
  const properties = withoutLinks(await selectEnvironment(api, terminal, project, id));
  if (property === undefined) printProperties(terminal, properties, table);
  else printProperty(terminal, properties, property);
  return 0;
};
