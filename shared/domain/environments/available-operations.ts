import { type Action, type ActionContext, decideAction } from './actions.ts';
import { decideBranch } from './branch-environment.ts';
import { editEnvironment } from './edit-environment.ts';

/** The operations on an environment, with the names of Upsun's API. */
export type Operation = Action['type'] | 'branch' | 'edit';

/** Each action with all of its options, so that only the state of the environment can be a reason to refuse it. */
const probes: { readonly [Type in Action['type']]: Extract<Action, { type: Type }> } = {
  activate: { type: 'activate', resources: 'default' },
  deactivate: { type: 'deactivate', confirmed: true },
  redeploy: { type: 'redeploy' },
  merge: { type: 'merge' },
  synchronize: { type: 'synchronize', code: false, data: true },
  delete: { type: 'delete', confirmed: true },
};

/** The decisions of this file are never stored. */
const unstored = { now: '', activityId: '' };

/** The operations that are possible now. The rules that decide operations also decide this list. */
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
