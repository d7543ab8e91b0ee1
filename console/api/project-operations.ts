import { AcceptedProject, DeletedProject } from '../../shared/api/accepted.ts';
import type { Api } from './client.ts';
import { path } from './path.ts';

/** The operations on projects. */
export const projectOperations = {
  change: (api: Api, id: string, input: { title?: string; default_branch?: string }) =>
    api.patch(path`/projects/${id}`, input, AcceptedProject),
  /** The user has confirmed the deletion of protected environments too. */
  delete: (api: Api, id: string) =>
    api.delete(`${path`/projects/${id}`}?${new URLSearchParams({ confirm: id })}`, DeletedProject),
};
