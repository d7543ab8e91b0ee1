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

/** The changes in the words of the table, in the order in which they are counted. */
const names: Readonly<Record<Change['change'], string>> = {
  delete: 'delete',
  hold_back: 'held back',
  create: 'create',
  update: 'update',
  keep: 'keep',
};

const changeKinds = ['delete', 'hold_back', 'create', 'update', 'keep'] as const;

const columns: Column<Change>[] = [
  { id: 'environment', header: 'Environment', value: ({ environment }) => environment },
  { id: 'change', header: 'Change', value: ({ change }) => names[change] ?? change },
  { id: 'because', header: 'Because', value: ({ because }) => because },
];

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
  terminal.tell(`Pruning by the integration ${integration.id} (type: ${integration.type})`);
  return waitForIntegration(api, terminal, project, integration, _embedded.activities, given);
};

function show(terminal: Terminal, preview: PrunePreview, table: Parameters<typeof printTable>[4]): void {
  const { changes, counts, has_more, held_back, left_out } = preview;
  if (left_out) terminal.tell(printable(left_out));
  if (changes.length === 0) {
    terminal.tell('The environments are in line with the repository: nothing would be changed.');
    return;
  }
  printTable(terminal, changes, columns, ['environment', 'change', 'because'], table);
  if (has_more) terminal.tell(`These are the first ${changes.length}.`);
  const counted = changeKinds.flatMap((change) =>
    counts[change] ? [`${names[change]} ${counts[change]}`] : [],
  );
  terminal.tell(`\nNothing was changed. A prune would do this: ${counted.join(', ')}.`);
  if (held_back) {
    terminal.tell(`Deletions are held back: ${printable(held_back.because)}.`);
    terminal.tell('To delete exactly these environments: bough integration:prune --confirm');
  }
}

/** Shows what is held back and asks whether it is meant. Resolves to the request, or to the exit code when nothing is sent. */
async function confirmation(
  api: Api,
  terminal: Terminal,
  url: string,
  table: Parameters<typeof printTable>[4],
): Promise<{ confirm: string } | number> {
  const { held_back, changes } = await api.post(url, { dry_run: true }, PrunePreview);
  if (!held_back) {
    terminal.tell('No deletions are held back.');
    return 0;
  }
  const { because, count, digest } = held_back;
  const held = changes.filter(({ change }) => change === 'hold_back');
  terminal.tell(`${printable(because)}.\n`);
  printTable(terminal, held, columns, ['environment', 'because'], table);
  if (held.length < count) terminal.tell(`These are the first ${held.length} of ${count}.`);
  const question = `Are you sure you want to delete these ${count} environments with all their data?`;
  return (await terminal.confirm(question, { default: false })) ? { confirm: digest } : 1;
}
