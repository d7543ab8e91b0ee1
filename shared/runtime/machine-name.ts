import { createHash } from 'node:crypto';
import { machineName } from '../domain/environments/machine-name.ts';

/** The machine name of an environment, by the environment's id. */
export function machineNameOf(environment: string): string {
  return machineName(environment, (text) => createHash('sha256').update(text).digest());
}
