import { type Action, type ActionContext, decideAction } from './actions.ts';
import { decideBranch } from './branch-environment.ts';
import { editEnvironment } from './edit-environment.ts';

/** What users can do with an environment, by the names of Upsun's API. */
export type Operation = Action['type'] | 'branch' | 'edit';

/** Each as it is refused for no other reason than the environment: with everything given that may be missing. */
const probes: { readonly [Type in Action['type']]: Extract<Action, { type: Type }> } = {
  activate: { type: 'activate', resources: 'default' },
  deactivate: { type: 'deactivate', confirmed: true },
  redeploy: { type: 'redeploy' },
  merge: { type: 'merge' },
  synchronize: { type: 'synchronize', code: false, data: true },
  delete: { type: 'delete', confirmed: true },
};

/** Nothing that is decided here is ever stored. */
const unstored = { now: '', activityId: '' };

/** What would be done now if somebody asked for it. The decisions themselves say so, so that no two answers exist. */
export function availableOperations(context: ActionContext): Operation[] {
  const actions = Object.values(probes).filter(
    (action) => decideAction(action, context, unstored).verdict !== 'refuse',
  );
  return [
    ...actions.map(({ type }) => type),
    ...(canBranch(context) ? ['branch' as const] : []),
    ...(canEdit(context) ? ['edit' as const] : []),
  ];
}

function canEdit({ environment }: ActionContext): boolean {
  return editEnvironment({}, environment, [], unstored.now).verdict !== 'refuse';
}

function canBranch({ environment: parent, integration }: ActionContext): boolean {
  if (!integration) return false;
  const request = { name: 'unused', title: '', clone_parent: true, resources: 'default' as const };
  return decideBranch(request, { parent, existing: null, integration }, unstored).verdict !== 'refuse';
}
