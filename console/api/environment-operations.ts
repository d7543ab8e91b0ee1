import type * as z from 'zod/mini';
import { AcceptedEnvironment } from '../../shared/api/accepted.ts';
import type { Environment } from '../../shared/api/environment.ts';
import type { Api } from './client.ts';
import { path } from './path.ts';

type Named = Pick<Environment, 'project' | 'id' | 'protected'>;

/** The input of a new branch. */
export interface NewBranch {
  readonly name: string;
  readonly title: string;
  readonly type: 'development' | 'staging';
  readonly clone_parent: boolean;
  readonly resources?: { readonly init: string };
}

/** The fields of an environment that change. Null detaches it from its parent. */
export type EnvironmentChanges = Partial<Pick<Environment, 'title' | 'type' | 'parent' | 'protected'>>;

/** The response to an operation: the environment, and the activity that it started. */
export type Accepted = z.infer<typeof AcceptedEnvironment>;

/** The operations on environments. Each confirms the loss of protected data, for which its dialog asks. */
export const environmentOperations = {
  /** `commit` is the commit that the user has seen. */
  activate: (api: Api, environment: Named, input: { commit?: string; resources?: { init: string } }) =>
    api.post(`${pathOf(environment)}/activate`, input, AcceptedEnvironment),
  redeploy: (api: Api, environment: Named) =>
    api.post(`${pathOf(environment)}/redeploy`, {}, AcceptedEnvironment),
  synchronize: (api: Api, environment: Named) =>
    api.post(
      `${pathOf(environment)}/synchronize${confirmationOf(environment)}`,
      { synchronize_data: true },
      AcceptedEnvironment,
    ),
  branch: (api: Api, environment: Named, input: NewBranch) =>
    api.post(`${pathOf(environment)}/branch`, input, AcceptedEnvironment),
  edit: (api: Api, environment: Named, changes: EnvironmentChanges) =>
    api.patch(pathOf(environment), changes, AcceptedEnvironment),
  deactivate: (api: Api, environment: Named) =>
    api.post(`${pathOf(environment)}/deactivate${confirmationOf(environment)}`, {}, AcceptedEnvironment),
  delete: (api: Api, environment: Named) =>
    api.delete(`${pathOf(environment)}${confirmationOf(environment)}`, AcceptedEnvironment),
};

function pathOf({ project, id }: Named): string {
  return path`/projects/${project}/environments/${id}`;
}

function confirmationOf({ id, protected: isProtected }: Named): string {
  return isProtected ? `?${new URLSearchParams({ confirm: id })}` : '';
}
