import * as z from 'zod';
import { connectApi } from '../../api/client.ts';
import type { Environment } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { orList, splitList } from '../../lists.ts';
import { selectEnvironment, selectProject } from '../../selection.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { ActionOptions, ActionResult, runActions } from './actions.ts';
import { confirmedUrl } from './protection.ts';

const Options = z.object({
  ...ActionOptions.shape,
  rebase: z.boolean().optional(),
  deleteProtected: z.boolean().optional(),
});

/** `environment:synchronize`. */
export const synchronizeEnvironment: Run = async ({ args, options, terminal }) => {
  const given = Options.parse(options);
  const named = whatIsNamed(args);
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, given.project);
  const environment = await selectEnvironment(api, terminal, project, given.environment, 'change');
  if (given.rebase && !named.includes('code')) {
    terminal.info(
      'Note: you specified the --rebase option, but this only applies to synchronizing code, which you have not selected.\n',
    );
  }
  const what = named.length > 0 ? named : await askWhat(terminal, environment);
  if (what.length === 0) throw new CliError('You did not select anything to synchronize.');

  const question = `Are you sure you want to synchronize ${what.join(' and ')} from ${environment.parent} to ${environment.id}?`;
  const isRefused = environment.parent === null || what.includes('code');
  return runActions(
    { api, terminal, project },
    [environment],
    ({ id }) => ({
      // No confirmation for a request that the API refuses, or for an answer just given.
      ...(named.length === 0 || isRefused ? {} : { question }),
      pastParticiple: 'synchronized',
      startMessage: `Synchronizing environment ${id}`,
      deletesData: what.includes('data') && !isRefused,
      send: (url) =>
        api.post(
          confirmedUrl(`${url}/synchronize`, environment),
          { synchronize_data: what.includes('data'), synchronize_code: what.includes('code') },
          ActionResult,
        ),
    }),
    given,
  );
};

type Part = 'code' | 'data';

function whatIsNamed(args: readonly string[]): Part[] {
  const parts: Record<string, readonly Part[]> = { code: ['code'], data: ['data'], both: ['code', 'data'] };
  const named = splitList(args).flatMap((arg) => {
    if (arg === 'resources') {
      throw new CliError(
        'Resources cannot be synchronized as the project does not support flexible resources.',
      );
    }
    const meant = parts[arg];
    if (!meant) {
      throw new CliError(`Invalid value: ${arg} (it must be one of: ${orList(['code', 'data', 'both'])}).`);
    }
    return meant;
  });
  return [...new Set(named)];
}

/** Asks whether to synchronize. The default is no, because the data is overwritten. */
async function askWhat(terminal: Terminal, { id, parent }: Environment): Promise<Part[]> {
  // Not asked about code, which the API refuses to synchronize.
  const question = `Do you want to synchronize data from ${parent} to ${id}?`;
  const isWanted = parent !== null && (await terminal.confirm(question, { default: false }));
  terminal.info('');
  return isWanted ? ['data'] : [];
}
