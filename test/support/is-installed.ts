import { spawnSync } from 'node:child_process';

/** True when a program is on this machine. */
export const isInstalled = (program: string) => spawnSync(program, ['--version']).error === undefined;
