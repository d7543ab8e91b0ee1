import * as z from 'zod';
import { type Api, connectApi, path } from '../../api/client.ts';
import { Integration, PrunePreview, Result } from '../../api/resources.ts';
import type { Run } from '../../command.ts';
import { CliError } from '../../errors.ts';
import { type Column, printTable } from '../../output/table.ts';
import { printable } from '../../output/text.ts';
import { selectIntegration, selectProject } from '../../selection.ts';
import type { Terminal } from '../../terminal/terminal.ts';
import { projectOptions, tableOptions, waitOptions } from '../options.ts';
import { waitForIntegration } from './wait.ts';

const Options = z.object({
  ...projectOptions,
  ...tableOptions,
  ...waitOptions,
  dryRun: z.boolean().optional(),
  confirm: z.boolean().optional(),
});

type Change = PrunePreview['changes'][number];

/** The table's names of changes. */
const names: Readonly<Record<Change['change'], string>> = {
  delete: 'delete',
  hold_back: 'held back',
  create: 'create',
  update: 'update',
  keep: 'keep',
};

const changeKinds = ['delete', 'hold_back', 'create', 'update', 'keep'] as const;

const columns: Column<Change>[] = [
  {
    id: 'environment',
    header: 'Environment',
    importance: 'essential',
    value: ({ environment }) => environment,
  },
  { id: 'change', header: 'Change', importance: 'essential', value: ({ change }) => names[change] ?? change },
  { id: 'because', header: 'Because', importance: 'high', wraps: 'words', value: ({ because }) => because },
];

/** `integration:prune`. */
export const pruneIntegration: Run = async ({ args, options, terminal }) => {
  const { project: projectId, dryRun, confirm, ...given } = Options.parse(options);
  if (dryRun && confirm) throw new CliError('The option --dry-run cannot be combined with --confirm.');
  const api = connectApi(terminal);
  const project = await selectProject(api, terminal, projectId);
  const integration = await selectIntegration(api, terminal, project, args[0]);
  const url = path`/projects/${project.id}/integrations/${integration.id}/prune`;
  if (dryRun) {
    show(terminal, await api.post(url, { dry_run: true }, PrunePreview), given);
    return 0;
  }
  const body = confirm ? await confirmation(api, terminal, url, given) : {};
  if (typeof body === 'number') return body;
  const { _embedded } = await api.post(url, body, Result(Integration));
  terminal.info(`Pruning with the integration ${integration.id} (type: ${integration.type})`);
  return waitForIntegration(api, terminal, project, integration, _embedded.activities, given);
};

function show(terminal: Terminal, preview: PrunePreview, table: Parameters<typeof printTable>[4]): void {
  const { changes, counts, has_more, held_back, left_out } = preview;
  if (left_out) terminal.info(printable(left_out));
  if (changes.length === 0) {
    terminal.info('No changes: the environments match the repository.');
    return;
  }
  printTable(terminal, changes, columns, ['environment', 'change', 'because'], table);
  if (has_more) terminal.info(`Showing the first ${changes.length} changes.`);
  const counted = changeKinds.flatMap((change) =>
    counts[change] ? [`${names[change]} ${counts[change]}`] : [],
  );
  terminal.info(`\nDry run: nothing was changed. A prune would make these changes: ${counted.join(', ')}.`);
  if (held_back) {
    terminal.info(`Deletions are held back: ${printable(held_back.because)}.`);
    terminal.info('To delete these environments, run: bough integration:prune --confirm');
  }
}

/** Shows the held-back deletions and asks for confirmation. Resolves to the request's body, or to the exit code when nothing is sent. */
async function confirmation(
  api: Api,
  terminal: Terminal,
  url: string,
  table: Parameters<typeof printTable>[4],
): Promise<{ confirm: string } | number> {
  const { held_back, changes } = await api.post(url, { dry_run: true }, PrunePreview);
  if (!held_back) {
    terminal.info('No deletions are held back.');
    return 0;
  }
  const { because, count, digest } = held_back;
  const held = changes.filter(({ change }) => change === 'hold_back');
  terminal.info(`${printable(because)}.\n`);
  printTable(terminal, held, columns, ['environment', 'because'], table);
  if (held.length < count) terminal.info(`Showing the first ${held.length} of ${count}.`);
  const question = `Are you sure you want to delete these ${count} environments with all their data?`;
  return (await terminal.confirm(question, { default: false })) ? { confirm: digest } : 1;
}
