import { ActionOptions, ActionResult, carryOut } from '../actions.ts';
import { connectApi } from '../api/client.ts';
import type { Run } from '../command.ts';
import { CliError } from '../errors.ts';
import { selectEnvironment, selectProject } from '../selection.ts';

export const synchronizeEnvironment: Run = async ({ args, options, terminal }) => {
  const given = ActionOptions.parse(options);
  // It overwrites, so who cannot be asked has to say it.
  if (args.length === 0 && !terminal.interactive) {
    throw new CliError('Say what to synchronize: bough environment:synchronize data');
  }
  const wanted = wantedBy(args);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  const environment = await selectEnvironment(api, terminal, project, given.environment);
  const from = environment.parent ?? 'its parent';
  const question = `Are you sure you want to synchronize data from ${from} to ${environment.id}?`;
  return carryOut(
    { api, terminal, project },
    [environment],
    ({ id }) => ({
      // Code is refused, so there is nothing to be sure of.
      ...(wanted.synchronize_code ? {} : { question }),
      participle: 'synchronized',
      begun: `Synchronizing the environment ${id}`,
      send: (url) => api.post(`${url}/synchronize`, wanted, ActionResult),
    }),
    given,
  );
};

/** Data, unless something else is named. */
function wantedBy(args: readonly string[]) {
  for (const arg of args) {
    if (['code', 'data', 'both'].includes(arg)) continue;
    throw new CliError(`Invalid value: ${arg} (it must be one of: data, code)`);
  }
  const isBoth = args.includes('both');
  return {
    synchronize_data: isBoth || args.includes('data') || args.length === 0,
    synchronize_code: isBoth || args.includes('code'),
  };
}
