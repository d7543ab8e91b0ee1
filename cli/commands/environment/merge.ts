import type { Run } from '../../command.ts';
import { ActionOptions, ActionResult, actOnEnvironments } from './actions.ts';

/** Code is the repository's, so the API refuses; it knows why, and what to do instead. */
export const mergeEnvironment: Run = actOnEnvironments(ActionOptions, ({ api }, { id }) => ({
  participle: 'merged',
  begun: `Merging environment ${id}`,
  send: (url) => api.post(`${url}/merge`, undefined, ActionResult),
}));
