import { path } from '../../api/client.ts';
import type { Environment } from '../../api/resources.ts';
import { environmentLabel } from '../../output/labels.ts';
import { printable } from '../../output/text.ts';
import type { Terminal } from '../../terminal/terminal.ts';

export interface ProtectionOptions {
  /** The value of `--delete-protected`. */
  deleteProtected?: boolean | undefined;
}

/** Asks a second time before an environment loses its data although it is protected. `--yes` is no answer to that. */
export async function confirmsLoss(
  terminal: Terminal,
  environment: Environment,
  { deleteProtected }: ProtectionOptions,
): Promise<boolean> {
  if (!environment.protected || deleteProtected) return true;
  const { id } = environment;
  terminal.tell(`The environment ${environmentLabel(environment)} is protected.`);
  if (!terminal.interactive) {
    terminal.tell('Add --delete-protected to delete its data all the same.');
    return false;
  }
  if ((await terminal.input('Type its ID to confirm:')).trim() === id) return true;
  terminal.tell(`Incorrect ID (expected: ${printable(id)})`);
  return false;
}

/** The URL of an operation that removes data, confirmed where that is required. */
export function confirmedUrl(url: string, { id, protected: isProtected }: Environment): string {
  return isProtected ? `${url}?${path`confirm=${id}`}` : url;
}
