import type { Run } from '../../command.ts';
import { ActionOptions, ActionResult, actOnEnvironments } from './actions.ts';

export const redeployEnvironment: Run = actOnEnvironments(ActionOptions, ({ api }, { id }) => ({
  question: `Are you sure you want to redeploy the environment ${id}?`,
  participle: 'redeployed',
  begun: `Redeploying environment ${id}`,
  send: (url) => api.post(`${url}/redeploy`, undefined, ActionResult),
}));
