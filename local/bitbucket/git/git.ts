import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A git command that failed. */
export class GitError extends Error {
  /** Null when git was killed or did not start. */
  readonly exitCode: number | null;
  readonly stderr: string;

  constructor(args: readonly string[], exitCode: number | null, stderr: string) {
    super(`git ${args.join(' ')} failed: ${stderr.trim() || `exit code ${exitCode}`}`);
    this.name = 'GitError';
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

/** Runs git isolated from the machine's own git configuration. */
export interface Git {
  /** Runs git in a directory and returns its stdout; throws GitError on a non-zero exit code. */
  run(directory: string, args: readonly string[], env?: Record<string, string>): Promise<string>;
  /** The environment of every git process. */
  readonly env: Record<string, string>;
  /** Ends running git processes. */
  readonly signal: AbortSignal;
}

const OUTPUT_LIMIT_BYTES = 256 * 1024 * 1024;

/**
 * `uploadpack.allowFilter` and `allowAnySHA1InWant` stay off: Bitbucket Cloud does not support partial clones
 * (jira.atlassian.com/browse/BSERV-11639), and no source shows that it serves unadvertised objects. Garbage
 * collection stays off because it would outlive the push that started it.
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

/** Reports the ref changes of a push to a file, which is exact even for concurrent pushes. */
const POST_RECEIVE = `#!/bin/sh
if [ -n "$BOUGH_PUSH_REPORT" ]; then
  cat > "$BOUGH_PUSH_REPORT"
fi
`;

/** Creates a `Git` whose home directory is below the state directory. */
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
    // For a damaged repository, git must not fall back to one that contains the state directory.
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
