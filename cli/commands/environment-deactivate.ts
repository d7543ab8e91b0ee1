import { ActionOptions, ActionResult, actOnEnvironments } from '../actions.ts';
import type { Run } from '../command.ts';
import { environmentLabel } from '../output/labels.ts';

export const deactivateEnvironments: Run = actOnEnvironments(ActionOptions, ({ api }, environment) => {
  const { id, status } = environment;
  if (status === 'inactive') return `The environment ${environmentLabel(environment)} is already inactive.`;
  return {
    question: `Are you sure you want to deactivate the environment ${environmentLabel(environment)}, and to delete its site and its data?`,
    participle: 'deactivated',
    begun: `Deactivating environment ${id}`,
    send: (url) => api.post(`${url}/deactivate`, undefined, ActionResult),
  };
});
