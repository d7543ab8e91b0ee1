import { execFile } from 'node:child_process';
import { access, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { spawn } from '@lydell/node-pty';
import { Option } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CommandSpec } from '../../../cli/command.ts';
import { specs } from '../../../cli/commands/specs.ts';
import { fishScript } from '../../../cli/completion/fish.ts';
import { completedCommands } from '../../../cli/completion/words.ts';
import { zshScript } from '../../../cli/completion/zsh.ts';
import { runCli } from '../../support/cli.ts';

const run = promisify(execFile);

/** A directory with a shell's script, and a fake `bough` with these environments. */
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'completion-'));
  for (const shell of ['bash', 'zsh', 'fish']) {
    await writeFile(join(directory, shell), (await runCli(['completion', shell])).stdout);
  }
  const ids = ['main', 'pr-1', 'feature/a@b', '$(touch${IFS}executed)', "it's"];
  await writeFile(
    join(directory, 'bough'),
    ['#!/bin/sh', 'if [ "$1 $2" != "__complete environments" ]; then printf "<%s>" "$@"; exit; fi']
      .concat("cat <<'END'", ids, 'END\n')
      .join('\n'),
    { mode: 0o755 },
  );
});

/** The candidates of bash for the end of a command line. */
async function completed(line: string, options: { breaks?: string } = {}): Promise<string[]> {
  const script = `
    . '${join(directory, 'bash')}'
    ${options.breaks === undefined ? '' : `COMP_WORDBREAKS=${options.breaks}`}
    COMP_LINE=$1 COMP_POINT=\${#1}
    _bough
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['--norc', '--noprofile', '-c', script, 'bash', line], {
    cwd: directory,
    env: { PATH: `${directory}:/usr/bin:/bin` },
  });
  return stdout.split('\n').filter((word) => word !== '');
}

describe('bough completion', () => {
  it.each(['bash', 'zsh', 'fish'])('prints a script for %s', async (shell) => {
    const { code, stdout, stderr } = await runCli(['completion', shell]);

    expect([code, stderr]).toEqual([0, '']);
    for (const { name } of specs) expect(stdout).toContain(name);
  });

  it('detects the current shell', async () => {
    const { stdout } = await runCli(['completion'], { env: { SHELL: '/usr/local/bin/fish' } });

    expect(stdout).toBe((await runCli(['completion', 'fish'])).stdout);
  });

  it.each([
    [['completion', 'csh'], {}, 'csh'],
    [['completion'], { SHELL: '/bin/tcsh' }, 'tcsh'],
    [['completion'], {}, ''],
  ])('rejects other shells: %j with %j', async (argv, env, shell) => {
    expect(await runCli(argv, { env })).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `There is no completion for the shell '${shell}'. Name one of: bash, zsh, fish.\n`,
    });
  });
});

describe('the completion of bash', () => {
  it.each([
    ['a name', 'bough mir', ['mirror:clone']],
    [
      'the part after a colon, which is a word break of bash',
      'bough environment:de',
      ['deactivate', 'delete'],
    ],
    ['the part after the second colon', 'bough integration:activity:lo', ['log']],
    ['an alias', 'bough activiti', ['activities']],
    ['no internal command', 'bough __', []],
    ['the command after help', 'bough help mirror:c', ['clone']],
    ['the command after an option', 'bough -y redep', ['redeploy']],
    ['options', 'bough environment:list --no-', ['--no-inactive', '--no-header', '--no-interaction']],
    ['options of an alias', 'bough environments --no-h', ['--no-header']],
    ['options before the command', 'bough --ver', ['--version']],
    ['a choice', 'bough projects --format ', ['table', 'csv', 'tsv', 'plain', 'json']],
    ['a choice after an equals sign', 'bough projects --format=t', ['table', 'tsv']],
    ['the choices of this command', 'bough environment:branch --type s', ['staging']],
    ['true and false', 'bough integration:update --prune-branches ', ['true', 'false']],
    ['columns', 'bough projects -c t', ['title']],
    ['an argument', 'bough completion z', ['zsh']],
    ['no value of a free text', 'bough project:create --title ', []],
    ['an ID', 'bough environment:info -e pr', ['pr-1']],
    ['an ID after an equals sign', 'bough environment:info --environment=m', ['main']],
    ['an ID as an argument', 'bough redeploy m', ['main']],
    ['the part after an at sign', 'bough redeploy feature/a@', ['b']],
    ['an ID with shell syntax, escaped', 'bough redeploy $', ['\\$\\(touch\\$\\{IFS\\}executed\\)']],
    ['an ID with a quote', 'bough redeploy i', ["it\\'s"]],
    ['nothing for an unknown command', 'bough nonsense ', []],
  ])('completes %s: %s', async (_, line, expected) => {
    expect(await completed(line)).toEqual(expected);
  });

  it('keeps a colon that is not a word break', async () => {
    expect(await completed('bough environment:li', { breaks: "' '" })).toEqual(['environment:list']);
  });

  it('completes the typed word', async () => {
    const shell = spawn('bash', ['--norc', '--noprofile'], {
      cwd: directory,
      env: {
        PATH: `${directory}:/usr/bin:/bin`,
        TERM: 'dumb',
        PS1: '$ ',
        INPUTRC: '/dev/null',
        HISTFILE: '',
      },
    });
    const ended = new Promise<string>((resolve) => {
      let shown = '';
      shell.onData((data) => {
        shown += data;
      });
      shell.onExit(() => resolve(shown));
    });
    shell.write('. ./bash\r');
    shell.write('bough environment:inf\t--form\tj\t-e pr\t\r');
    shell.write('exit\r');

    expect(await ended).toContain('<environment:info><--format><json><-e><pr-1>');
  });
});

describe('the completion of the other shells', () => {
  const one: CommandSpec = {
    name: 'environment:show',
    aliases: ['show'],
    summary: "Show the project's environment",
    args: [['[environment]', 'which one']],
    options: () => [
      new Option('-p, --project <id>', 'the project'),
      new Option('--as <form>', "whatever's best").choices(['text', 'table']),
      new Option('--pipe', 'only the ID'),
    ],
    columns: ['id*', 'title'],
    examples: ['bough show pr-1'],
    load: () => Promise.reject(new Error('it is not run')),
  };

  it.each([
    ['zsh', zshScript],
    ['fish', fishScript],
  ])('of %s is generated from the command specs', async (shell, script) => {
    const snapshot = fileURLToPath(new URL(`../../fixtures/completion/bough.${shell}`, import.meta.url));
    // Vitest writes a missing snapshot, and then passes.
    await access(snapshot);
    await expect(script(completedCommands([one]))).toMatchFileSnapshot(snapshot);
  });
});
