import { createHash } from 'node:crypto';

/**
 * The key under which an environment's build statuses replace one another: no other environment of any project
 * has it. Bitbucket Cloud takes 40 characters, which branch names do not keep to.
 */
export function statusKey(project: string, environment: string): string {
  const digest = createHash('sha256').update(`${project}/${environment}`).digest('hex');
  return `bough-${digest.slice(0, 32)}`;
}
