import * as z from 'zod';
import { ActionOptions, ActionResult, actOnEnvironments, type Plan } from '../actions.ts';
import type { Api } from '../api/client.ts';
import type { Run } from '../command.ts';

export const deactivateEnvironments: Run = actOnEnvironments(ActionOptions, ({ api }, { id, status }) =>
  status === 'inactive' ? `The environment ${id} is inactive already.` : deactivation(api, id),
);

const DeleteOptions = z.object({ ...ActionOptions.shape, deleteBranch: z.boolean().optional() });

/** An active environment is deactivated and an inactive one deleted; `--delete-branch` deletes both at once. */
export const deleteEnvironments: Run = actOnEnvironments(
  DeleteOptions,
  ({ api }, { id, status }, { deleteBranch }) => {
    if (status === 'deleting') return `The environment ${id} is being deleted already.`;
    if (status !== 'inactive') return deleteBranch ? deletion(api, id) : deactivation(api, id);
    return deleteBranch === false ? `The environment ${id} is inactive, and is kept.` : deletion(api, id);
  },
);

function deactivation(api: Api, id: string): Plan {
  return {
    question: `Are you sure you want to deactivate the environment ${id}, and to delete its site and its data?`,
    participle: 'deactivated',
    begun: `Deactivating the environment ${id}`,
    send: (url) => api.post(`${url}/deactivate`, undefined, ActionResult),
  };
}

function deletion(api: Api, id: string): Plan {
  return {
    question: `Are you sure you want to delete the environment ${id} and all that belongs to it?`,
    participle: 'deleted',
    begun: `Deleting the environment ${id}`,
    send: (url) => api.delete(url, ActionResult),
  };
}
