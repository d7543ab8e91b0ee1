import * as z from 'zod';
import { ActionOptions, ActionResult, actOnEnvironments, type Plan } from '../actions.ts';
import type { Run } from '../command.ts';
import { resourcesOptions } from '../options.ts';
import { printable } from '../output/text.ts';

const Options = z.object({ ...ActionOptions.shape, ...resourcesOptions });

export const activateEnvironments: Run = actOnEnvironments(
  Options,
  ({ api, terminal }, { id, title, status, fork, head_commit }, { resourcesInit: init }): Plan | string => {
    // One from a fork may be active and wait for approval of what was pushed since: the API knows.
    if (status === 'active' && fork === null) return `The environment ${id} is active already.`;
    const resources = init === undefined ? undefined : { init };
    const plan = { participle: 'activated', begun: `Activating the environment ${id}` };
    if (fork === null || head_commit === null) {
      return {
        ...plan,
        question: `Are you sure you want to activate the environment ${id}?`,
        send: (url) => api.post(`${url}/activate`, { resources }, ActionResult),
      };
    }
    terminal.tell(`The environment ${id} is at the commit ${head_commit} of the fork ${fork}.`);
    return {
      ...plan,
      question: `Deploy ${head_commit.slice(0, 7)} of ${printable(title)}, which comes from a fork, with the project's rights?`,
      // What is approved is what was shown, and not what may have been pushed since.
      send: (url) => api.post(`${url}/activate`, { resources, commit: head_commit }, ActionResult),
    };
  },
);
