import { describe, expect, it } from 'vitest';
import { specs } from '../../cli/commands/specs.ts';
import { resolveCommand } from '../../cli/resolve-command.ts';
import { cliWorldOf, runCli } from '../support/cli.ts';

const resolved = (word: string) => resolveCommand(word, specs).name;

describe('command resolution', () => {
  it.each([
    ['its name', 'environment:list', 'environment:list'],
    ['one of its aliases', 'environments', 'environment:list'],
    ['another one', 'env', 'environment:list'],
    ['an alias with which others begin', 'pro', 'project:list'],
    ['a name of old, which is shown nowhere', 'environment:metadata', 'environment:info'],
    ['an abbreviated namespace', 'env:list', 'environment:list'],
    ['every part of it abbreviated', 'e:l', 'environment:list'],
    ['three parts', 'integration:act:list', 'integration:activity:list'],
    ['as much of it as is clear', 'env:dea', 'environment:deactivate'],
    ['the beginning of an alias', 'activit', 'activity:list'],
    ['what abbreviates its name and its alias', 'integration:activ:li', 'integration:activity:list'],
  ])('resolves %s', (_, word, name) => {
    expect(resolved(word)).toBe(name);
  });

  it.each(specs.flatMap(({ name, aliases }) => [name, ...aliases].map((word) => ({ word, name }))))(
    'is $name for $word, whatever else that abbreviates',
    ({ word, name }) => {
      expect(resolved(word)).toBe(name);
    },
  );

  it('runs an abbreviated command', async () => {
    const world = await cliWorldOf([]);

    expect((await world.bough(['env:li', '--pipe'])).stdout).toBe('main\n');
  });

  it('shows the help of an abbreviated command', async () => {
    expect((await runCli(['help', 'env:li'])).stdout).toContain('Usage: bough environment:list');
  });
});

describe('an unknown or ambiguous command', () => {
  it.each([
    ['env:de', 'is ambiguous', 'Did you mean one of environment:deactivate, environment:delete?'],
    ['enviroment:list', 'unknown', 'Did you mean environment:list?'],
    ['enviroments', 'unknown', 'Did you mean environments?'],
    ['integartions', 'unknown', 'Did you mean integrations?'],
    ['redelpoy', 'unknown', 'Did you mean redeploy?'],
    ['something', 'unknown', "See 'bough --help' for the commands."],
    ['__comp', 'unknown', "See 'bough --help' for the commands."],
    ['', 'unknown', "See 'bough --help' for the commands."],
  ])('%j is rejected with suggestions', async (word, problem, suggestion) => {
    const { code, stdout, stderr } = await runCli([word]);

    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain(problem);
    expect(stderr).toContain(suggestion);
  });
});
