import * as z from 'zod';
import { type Api, connectApi, path } from '../../api/client.ts';
import type { Run } from '../../command.ts';
import { selectProject } from '../../selection.ts';
import type { Terminal } from '../../terminal/terminal.ts';

const Options = z.object({ patience: z.coerce.number() });

const WithId = z.object({ id: z.string() });

/** `__complete`: prints the IDs of one kind, one per line, as far as the time limit allows. */
export const printIds: Run = async ({ args, options, terminal }) => {
  const { patience } = Options.parse(options);
  const [kind = '', ...words] = args;
  const silent = { ...terminal, interactive: false, info: () => {} };
  const deadline = setTimeout(() => process.exit(0), patience);
  try {
    const api = connectApi(silent);
    for await (const page of api.pages(await placeOf(api, silent, kind, words), WithId)) {
      for (const { id } of page) terminal.write(`${id}\n`);
      // The newest come first, and the list may be very long.
      if (kind === 'activities') break;
    }
  } catch {
    // Completion stays silent; the command itself reports the error.
  } finally {
    clearTimeout(deadline);
  }
  return 0;
};

/** The path of the list of this kind. */
async function placeOf(
  api: Api,
  terminal: Terminal,
  kind: string,
  words: readonly string[],
): Promise<string> {
  if (kind === 'projects') return '/projects';
  const project = await selectProject(api, terminal, projectIn(words));
  return path`/projects/${project.id}/${kind}`;
}

/** The project of `--project` in a command line. */
function projectIn(words: readonly string[]): string | undefined {
  for (const [index, word] of words.entries()) {
    if (word === '-p' || word === '--project') return words[index + 1];
    if (word.startsWith('--project=')) return word.slice('--project='.length);
  }
  return undefined;
}
