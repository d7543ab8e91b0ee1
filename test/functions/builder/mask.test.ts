import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMask } from '../../../functions/builder/mask.ts';
import type { BuildVariable } from '../../../shared/domain/variables/variable.ts';

function aSecret(value: string, changes: Partial<BuildVariable> = {}): BuildVariable {
  return { name: 'TOKEN', value, is_json: false, is_sensitive: true, ...changes };
}

const shellValues = [
  "a secret that's part of '' it",
  '~secret #part:~ = \\ "$part" `secret` {a,b} [!^] * ? | & ; ( ) < >',
  "secret\tpart '\u001b\u0001\\",
  'secret ünï 🌱 part',
  'secret one\npart "two"\n',
];

/** The output of a script that writes these pieces, and the part of it that was shown before the end. */
function shownOf(variables: BuildVariable[], pieces: string[]) {
  const shown: string[] = [];
  const stream = createMask(variables).stream((text) => shown.push(text));
  for (const piece of pieces) stream.push(piece);
  const live = shown.join('');
  stream.end();
  return { all: shown.join(''), live };
}

describe('the value of a sensitive variable', () => {
  it.each([
    ['alone', ['s3cret-value']],
    ['split over two writes', ['a s3cret', '-value b']],
    ['one character at a time', 's3cret-value s3cret-value'.split('')],
    ['after a beginning of itself', ['s3cret-s3cret-value']],
    ['twice in a row', ['s3cret-values3cret-value']],
    ['with a line break around', ['\ns3cret-value\n']],
  ])('is hidden in output: %s', (_, pieces) => {
    const { all } = shownOf([aSecret('s3cret-value')], pieces);

    expect(all).toBe(pieces.join('').replaceAll('s3cret-value', '[Hidden: TOKEN]'));
  });

  it('is hidden in each of its lines, and as a whole', () => {
    const key = '-----BEGIN KEY-----\nMIIEvQ\nab\n-----END KEY-----\n';

    expect(shownOf([aSecret(key)], [`x ${key} y`]).all).toBe('x [Hidden: TOKEN] y');
    expect(shownOf([aSecret(key)], ['grep: MIIEvQ\n']).all).toBe('grep: [Hidden: TOKEN]\n');
    expect(shownOf([aSecret(key.replaceAll('\n', '\r\n'))], ['MIIEvQ\n']).all).toBe('[Hidden: TOKEN]\n');
  });

  it('is hidden in the form in which the file of variables has it', () => {
    const value = 'line "one"\nline two\\';

    expect(shownOf([aSecret(value)], [JSON.stringify({ TOKEN: value })]).all).toBe(
      '{"TOKEN":"[Hidden: TOKEN]"}',
    );
  });

  it.each([
    ['trace', 'bash', 'LC_ALL=C.UTF-8; set -x; : "$1" x'],
    ['trace, in the locale C', 'bash', 'LC_ALL=C; set -x; : "$1" x'],
    ['quote', 'bash', 'LC_ALL=C.UTF-8; printf "%q x\\n" "$1"'],
    ['quote, in the locale C', 'bash', 'LC_ALL=C; printf "%q x\\n" "$1"'],
    ['declare', 'bash', 'LC_ALL=C.UTF-8; X=$1; declare -p X; set | grep -a -A9 ^X='],
    ['trace in sh', 'sh', 'set -x; : "$1" x'],
    ['declare in sh', 'sh', 'X=$1; export X; export -p | grep -a -A9 X='],
  ])('is hidden in the quotes of a shell: %s', (_, shell, script) => {
    for (const value of shellValues) {
      const { stdout } = spawnSync(shell, ['-c', `exec 2>&1; ${script}`, shell, value], { encoding: 'utf8' });
      const shown = createMask([aSecret(value)]).hide(stdout);

      expect(shown).toContain('[Hidden: TOKEN]');
      expect(shown).not.toMatch(/secret|part/);
    }
  });

  it('is hidden in each text and number of a JSON value', () => {
    const json = JSON.stringify({ user: 'app-user', login: { password: 'hunter2!', pin: 123456 } });

    expect(shownOf([aSecret(json, { is_json: true })], ['app-user hunter2! 123456 12']).all).toBe(
      '[Hidden: TOKEN] [Hidden: TOKEN] [Hidden: TOKEN] 12',
    );
  });

  it('leaves no part behind when it overlaps another value', () => {
    const variables = [aSecret('abcdef', { name: 'A' }), aSecret('defghi', { name: 'B' })];

    expect(shownOf(variables, ['abcdefghi']).all).toBe('[Hidden: A]');
    expect(shownOf(variables, ['abcde', 'fghi-']).all).toBe('[Hidden: A]-');
    expect(shownOf([aSecret('aaaa')], ['a'.repeat(1000)]).all).toBe('[Hidden: TOKEN]');
  });

  it('is hidden in a mebibyte of nothing else, in linear time', () => {
    const times = 2 ** 18;

    expect(createMask([aSecret('abcd')]).hide('abcd'.repeat(times))).toBe('[Hidden: TOKEN]'.repeat(times));
    expect(createMask([aSecret('aaaa')]).hide('a'.repeat(2 ** 20))).toBe('[Hidden: TOKEN]');
  });

  it('is shown when it is shorter than four characters or not sensitive', () => {
    expect(shownOf([aSecret('abc')], ['abc abcd']).all).toBe('abc abcd');
    expect(shownOf([aSecret('plain-value', { is_sensitive: false })], ['plain-value']).all).toBe(
      'plain-value',
    );
    expect(shownOf([aSecret('')], ['text']).all).toBe('text');
  });

  it('holds back no text that cannot become the value', () => {
    expect(shownOf([aSecret('s3cret-value')], ['Building…\ns3']).live).toBe('Building…\n');
    expect(shownOf([aSecret('s3cret-value')], ['a s3cret', '-bottle']).live).toBe('a s3cret-bottle');
  });

  it('is never shown, however the output is cut into pieces', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', '\n'), minLength: 4, maxLength: 8 });
    fc.assert(
      fc.property(
        fc.array(letters, { minLength: 1, maxLength: 3 }),
        fc.array(fc.string({ unit: fc.constantFrom('a', 'b', '\n'), maxLength: 6 }), { maxLength: 12 }),
        (values, pieces) => {
          const text = pieces.join('');
          const { all } = shownOf(
            values.map((value) => aSecret(value, { name: 'X' })),
            pieces,
          );
          const rest = all.split('[Hidden: X]');
          for (const part of rest) for (const value of values) expect(part).not.toContain(value);
          expect(createMask(values.map((value) => aSecret(value, { name: 'X' }))).hide(text)).toBe(all);
        },
      ),
    );
  });
});
