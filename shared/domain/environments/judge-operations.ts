import type { Change } from '../rules/decision.ts';
import {
  type Action,
  type ActionContext,
  decideAction,
  type Refusal,
  refuseWithoutIntegration,
} from './actions.ts';
import { decideBranch } from './branch-environment.ts';
import { type Edit, editEnvironment } from './edit-environment.ts';

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

/** Each operation on an environment: null when the operation is possible now, otherwise its refusal. */
export type Verdicts = Record<Operation, Refusal | null>;

/** Judges each operation by the rules that decide the operation when a user requests it. */
export function judgeOperations(context: ActionContext): Verdicts {
  const judge = (type: Action['type']) => refusalIn(decideAction(probes[type], context, unstored));
  return {
    activate: judge('activate'),
    deactivate: judge('deactivate'),
    redeploy: judge('redeploy'),
    merge: judge('merge'),
    synchronize: judge('synchronize'),
    delete: judge('delete'),
    branch: judgeBranch(context),
    edit: refusalIn(editEnvironment({}, context.environment, [], unstored.now)),
  };
}

function judgeBranch({ environment: parent, integration }: ActionContext): Refusal | null {
  if (!integration) return refuseWithoutIntegration(parent);
  const request = { name: 'unused', title: '', clone_parent: true, resources: 'default' as const };
  return refusalIn(decideBranch(request, { parent, existing: null, integration }, unstored));
}

function refusalIn(decision: Change | Edit | Refusal): Refusal | null {
  return decision.verdict === 'refuse' ? decision : null;
}
