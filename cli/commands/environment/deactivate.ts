import * as z from 'zod';
import type { Run } from '../../command.ts';
import { environmentLabel } from '../../output/labels.ts';
import { ActionOptions, ActionResult, actOnEnvironments } from './actions.ts';
import { confirmedUrl } from './protection.ts';

const Options = z.object({ ...ActionOptions.shape, deleteProtected: z.boolean().optional() });

/** `environment:deactivate`. */
export const deactivateEnvironments: Run = actOnEnvironments(Options, ({ api }, environment) => {
  const { id, status } = environment;
  if (status === 'inactive') return `The environment ${environmentLabel(environment)} is already inactive.`;
  return {
    question: `Are you sure you want to deactivate the environment ${environmentLabel(environment)} and delete its site and data?`,
    pastParticiple: 'deactivated',
    startMessage: `Deactivating environment ${id}`,
    deletesData: true,
    send: (url) => api.post(confirmedUrl(`${url}/deactivate`, environment), undefined, ActionResult),
  };
});
