import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

const exec = promisify(execFile);
/** The bundled command. */
export const program = join(import.meta.dirname, '../../dist/cli/bough.mjs');

/** Runs the bundled command. Rejects when it fails. */
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

/** Runs the bundled command without a terminal. */
export async function runInPipe(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 60_000,
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]);
  return { code: Number(code), stdout, stderr };
}
