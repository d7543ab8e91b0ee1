import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { closeServer, listen, localUrl } from '../../local/http/net.ts';
import type { LogLine } from '../../local/log/log.ts';
import { pauseSince } from '../support/pause.ts';

/** Configuration of an SDK client with the administrator's rights. */
export const aws = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
};

/** Registers a cleanup: `onTestFinished`, or a file's own function. */
export type Finally = (clean: () => Promise<void>) => void;

/** Creates a directory that is removed after the test. */
export async function temporaryDirectory(finished: Finally = onTestFinished): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'bough-test-'));
  finished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Listens until the end of the test. Returns the base URL. */
export async function serve(server: Server): Promise<string> {
  const port = await listen(server, 0);
  onTestFinished(() => closeServer(server));
  return localUrl(port);
}

/** Creates a log that keeps its lines and waits for one. */
export function recordLog() {
  const lines: LogLine[] = [];
  const waiting = new Set<() => void>();
  return {
    lines,
    log: (line: LogLine) => {
      lines.push(line);
      for (const wake of waiting) wake();
    },
    /** Resolves with the first line that matches. */
    async line(matches: (line: LogLine) => boolean): Promise<LogLine> {
      for (;;) {
        const found = lines.find(matches);
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => {
          waiting.add(resolve);
        });
      }
    },
  };
}

/** Repeats an attempt until it returns a value, or until the test's timeout. */
export async function eventually<T>(attempt: () => Promise<T | undefined>): Promise<T> {
  const begin = Date.now();
  for (;;) {
    const result = await attempt();
    if (result !== undefined) return result;
    await pauseSince(begin);
  }
}
