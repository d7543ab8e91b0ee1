import * as z from 'zod';
import { connectApi, path } from '../../api/client.ts';
import { Integration, Result } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { formatDate } from '../../output/text.ts';
import { selectIntegration, selectProject } from '../../selection.ts';
import { projectOptions } from '../options.ts';
import { explainProblems, problemsIn } from './problems.ts';

const Options = z.object(projectOptions);

export const validateIntegration: Run = async ({ args, options, terminal }) => {
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, Options.parse(options).project);
  const { id, type, last_delivery_at } = await selectIntegration(api, terminal, project, args[0]);

  terminal.tell(`Validating the integration ${id} (type: ${type})...`);
  const url = path`/projects/${project.id}/integrations/${id}/validate`;
  const result = await api.post(url, undefined, Result(Integration)).catch(problemsIn);
  // No failure by itself: a new repository may just have had nothing to say.
  terminal.tell(
    last_delivery_at
      ? `Last delivery from Bitbucket: ${formatDate(last_delivery_at)}`
      : 'No delivery from Bitbucket has been seen yet.',
  );
  if ('problems' in result) return explainProblems(terminal, result, 'The integration');
  terminal.tell('The integration is valid.');
  return 0;
};
