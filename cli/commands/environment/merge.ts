import type { Run } from '../../command.ts';
import { ActionOptions, ActionResult, actOnEnvironments } from './actions.ts';

/** `environment:merge`. The API refuses with the reason and the alternative, because code is merged in the repository. */
export const mergeEnvironment: Run = actOnEnvironments(ActionOptions, ({ api }, { id }) => ({
  pastParticiple: 'merged',
  startMessage: `Merging environment ${id}`,
  send: (url) => api.post(`${url}/merge`, undefined, ActionResult),
}));
