import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A git command that failed, with what it said. */
export class GitError extends Error {
  readonly exitCode: number | null;
  readonly stderr: string;

  constructor(args: readonly string[], exitCode: number | null, stderr: string) {
    super(`git ${args.join(' ')} failed: ${stderr.trim() || `exit code ${exitCode}`}`);
    this.name = 'GitError';
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

export interface Git {
  /** Runs git in a directory and returns its stdout; throws GitError on any other exit code than 0. */
  run(directory: string, args: readonly string[], env?: Record<string, string>): Promise<string>;
  /** The environment of every git process: nothing of the machine's own git configuration. */
  readonly env: Record<string, string>;
  /** Ends the git processes that still run. */
  readonly signal: AbortSignal;
}

const OUTPUT_LIMIT_BYTES = 256 * 1024 * 1024;

/**
 * `uploadpack.allowFilter` and `allowAnySHA1InWant` stay off: Atlassian says that partial clones are not
 * possible on Bitbucket Cloud (jira.atlassian.com/browse/BSERV-11639), and no source shows it serving
 * unadvertised objects. Garbage collection stays off because it would outlive the push that started it.
 */
function configuration(hooksDirectory: string): string {
  return `[safe]
	directory = *
[core]
	hooksPath = ${JSON.stringify(hooksDirectory)}
[http]
	receivepack = true
[gc]
	auto = 0
[maintenance]
	auto = false
[receive]
	autogc = false
[advice]
	detachedHead = false
`;
}

/** Git itself knows best what a push changed, also when two arrive at once: it reports to a file. */
const POST_RECEIVE = `#!/bin/sh
if [ -n "$BOUGH_PUSH_REPORT" ]; then
  cat > "$BOUGH_PUSH_REPORT"
fi
`;

/** Git with a home of its own below the state directory. */
export function createGit(directory: string, signal: AbortSignal): Git {
  const home = join(directory, 'git');
  const hooksDirectory = join(home, 'hooks');
  mkdirSync(hooksDirectory, { recursive: true });
  writeFileSync(join(home, '.gitconfig'), configuration(hooksDirectory));
  writeFileSync(join(hooksDirectory, 'post-receive'), POST_RECEIVE);
  chmodSync(join(hooksDirectory, 'post-receive'), 0o755);

  const base: Record<string, string> = {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: home,
    // A damaged repository must never make git fall back to one that the state directory lies in.
    GIT_CEILING_DIRECTORIES: [directory, tmpdir()].join(delimiter),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
  return {
    env: base,
    signal,
    run: (cwd, args, env = {}) =>
      new Promise((resolve, reject) => {
        const options = { cwd, env: { ...base, ...env }, maxBuffer: OUTPUT_LIMIT_BYTES, signal };
        execFile('git', args, options, (error, stdout, stderr) => {
          if (error === null) resolve(stdout);
          else reject(new GitError(args, typeof error.code === 'number' ? error.code : null, stderr));
        });
      }),
  };
}
