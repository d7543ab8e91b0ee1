import { describe, expect, it } from 'vitest';
import { type Answers, withPresetAnswers } from '../../../cli/terminal/answers.ts';
import type { Terminal } from '../../../cli/terminal/terminal.ts';

const nothingSaid: Answers = { yes: false, no: false, interaction: true };

/** An interactive terminal whose user never takes the default. */
function aTerminal(changes: Partial<Terminal> = {}) {
  const told: string[] = [];
  const terminal: Terminal = {
    env: {},
    checkout: async () => null,
    interactive: true,
    columns: undefined,
    hasColours: false,
    write: () => {},
    writeLog: () => {},
    info: (line) => void told.push(line),
    error: (line) => void told.push(line),
    confirm: async (_, options) => options?.default === false,
    input: async () => 'typed',
    secret: async () => 'typed',
    choose: async (_, choices) => choices[0]!.value,
    progress: async () => ({ update: () => {}, log: () => {}, stop: () => {} }),
    pause: async () => {},
    ...changes,
  };
  return { terminal, told };
}

const oneOf = [
  { value: 1, name: 'one' },
  { value: 2, name: 'two' },
];

describe('a question', () => {
  it('is asked at an interactive terminal', async () => {
    const { terminal, told } = aTerminal();
    const { interactive, confirm, input, choose } = withPresetAnswers(terminal, nothingSaid);

    expect(interactive).toBe(true);
    expect([await confirm('Go on?'), await confirm('Destroy it?', { default: false })]).toEqual([
      false,
      true,
    ]);
    expect([await input('Title:', { default: 'x' }), await choose('Which?', oneOf)]).toEqual(['typed', 1]);
    expect(told).toEqual([]);
  });

  it.each<[string, Partial<Answers>, Partial<Terminal>, [boolean, boolean]]>([
    ['yes with --yes', { yes: true }, {}, [true, true]],
    ['no with --no', { no: true }, {}, [false, false]],
    ['no with both', { yes: true, no: true }, {}, [false, false]],
    ['what harms less with --no-interaction', { interaction: false }, {}, [true, false]],
    ['that with BOUGH_NO_INTERACTION=1', {}, { env: { BOUGH_NO_INTERACTION: '1' } }, [true, false]],
    ['and that where nobody is', {}, { interactive: false }, [true, false]],
    ['yes with --yes where nobody is', { yes: true }, { interactive: false }, [true, true]],
  ])('is answered by %s and printed with the answer', async (_, answers, changes, [first, second]) => {
    const { terminal, told } = aTerminal(changes);
    const { interactive, confirm } = withPresetAnswers(terminal, { ...nothingSaid, ...answers });

    expect(interactive).toBe(false);
    expect([await confirm('Go on?'), await confirm('Destroy it?', { default: false })]).toEqual([
      first,
      second,
    ]);
    expect(told).toEqual([`Go on? [Y/n] ${first ? 'y' : 'n'}`, `Destroy it? [y/N] ${second ? 'y' : 'n'}`]);
  });

  it('other than yes or no takes its default', async () => {
    const { input, choose } = withPresetAnswers(aTerminal().terminal, { ...nothingSaid, yes: true });

    expect(await input('Title:', { default: 'Untitled' })).toBe('Untitled');
    expect(await choose('Which?', oneOf, { default: 2 })).toBe(2);
  });

  it('without a default ends the command when the terminal is not interactive', async () => {
    const { input, secret, choose } = withPresetAnswers(
      aTerminal({ interactive: false }).terminal,
      nothingSaid,
    );

    await expect(input('Title:')).rejects.toThrow('this question has no default: Title:');
    await expect(secret('Secret:')).rejects.toThrow('this question has no default: Secret:');
    await expect(choose('Which?', oneOf)).rejects.toThrow('this question has no default: Which?');
  });
});
