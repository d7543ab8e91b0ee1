import { createHash } from 'node:crypto';

/**
 * The key of an environment's build status, unique across projects: a status replaces the earlier one with the same
 * key. The hash keeps the key within the 40 characters that Bitbucket Cloud accepts.
 */
export function statusKey(project: string, environment: string): string {
  const digest = createHash('sha256').update(`${project}/${environment}`).digest('hex');
  return `bough-${digest.slice(0, 32)}`;
}
