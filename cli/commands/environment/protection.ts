import { path } from '../../api/client.ts';
import type { Environment } from '../../api/resources.ts';
import { environmentLabel } from '../../output/labels.ts';
import { printable } from '../../output/text.ts';
import type { Terminal } from '../../terminal/terminal.ts';

/** The option that confirms the loss of a protected environment's data. */
export interface ProtectionOptions {
  /** The value of `--delete-protected`. */
  deleteProtected?: boolean | undefined;
}

/** Asks for a second confirmation before a protected environment loses its data; `--yes` does not give it. */
export async function confirmDataLoss(
  terminal: Terminal,
  environment: Environment,
  { deleteProtected }: ProtectionOptions,
): Promise<boolean> {
  if (!environment.protected || deleteProtected) return true;
  const { id } = environment;
  terminal.info(`The environment ${environmentLabel(environment)} is protected.`);
  if (!terminal.interactive) {
    terminal.info('To delete its data anyway, add --delete-protected.');
    return false;
  }
  if ((await terminal.input('Type its ID to confirm:')).trim() === id) return true;
  terminal.info(`Incorrect ID (expected: ${printable(id)})`);
  return false;
}

/** The URL of an operation that removes data, with the confirmation that a protected environment requires. */
export function confirmedUrl(url: string, { id, protected: isProtected }: Environment): string {
  return isProtected ? `${url}?${path`confirm=${id}`}` : url;
}
