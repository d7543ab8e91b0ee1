import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const exec = promisify(execFile);
const program = join(import.meta.dirname, '../../dist/cli/bough.mjs');

/** Runs the bundled command as a user does. */
export async function bough(
  apiUrl: string,
  ...command: string[]
): Promise<{ stdout: string; stderr: string }> {
  return exec(process.execPath, [program, ...command], {
    env: { ...process.env, BOUGH_API_URL: apiUrl },
    timeout: 60_000,
  });
}

/** Runs a command that is expected to fail. */
bough.failing = async (apiUrl: string, ...command: string[]): Promise<{ code: number; stderr: string }> => {
  try {
    await bough(apiUrl, ...command);
  } catch (error) {
    if (error instanceof Error && 'code' in error && 'stderr' in error) {
      return { code: Number(error.code), stderr: String(error.stderr) };
    }
    throw error;
  }
  throw new Error(`bough ${command.join(' ')} succeeded`);
};
