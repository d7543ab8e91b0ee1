import type { Run } from '../../command.ts';
import { ActionOptions, ActionResult, actOnEnvironments } from './actions.ts';

/** `environment:redeploy`. */
export const redeployEnvironment: Run = actOnEnvironments(ActionOptions, ({ api }, { id }) => ({
  question: `Are you sure you want to redeploy the environment ${id}?`,
  pastParticiple: 'redeployed',
  startMessage: `Redeploying environment ${id}`,
  send: (url) => api.post(`${url}/redeploy`, undefined, ActionResult),
}));
