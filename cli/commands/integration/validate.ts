import * as z from 'zod';
import { connectApi, path } from '../../api/client.ts';
import { Integration, Result } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { formatDate } from '../../output/text.ts';
import { selectIntegration, selectProject } from '../../selection.ts';
import { projectOptions } from '../options.ts';
import { asInvalidInput, reportProblems } from './problems.ts';

const Options = z.object(projectOptions);

/** `integration:validate`. */
export const validateIntegration: Run = async ({ args, options, terminal }) => {
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, Options.parse(options).project);
  const { id, type, last_delivery_at } = await selectIntegration(api, terminal, project, args[0]);

  terminal.info(`Validating the integration ${id} (type: ${type})...`);
  const url = path`/projects/${project.id}/integrations/${id}/validate`;
  const result = await api.post(url, undefined, Result(Integration)).catch(asInvalidInput);
  // A missing delivery is no failure: a new repository may have had no change.
  terminal.info(
    last_delivery_at
      ? `Last delivery from Bitbucket: ${formatDate(last_delivery_at)}`
      : 'No delivery from Bitbucket has been received yet.',
  );
  if ('problems' in result) return reportProblems(terminal, result, 'The integration');
  terminal.info('The integration is valid.');
  return 0;
};
