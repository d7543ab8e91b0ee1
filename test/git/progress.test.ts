import { describe, expect, it } from 'vitest';
import { encodePacket, flushPacket } from '../../shared/git/packet-line.ts';
import { readSideBand } from '../../shared/git/side-band.ts';
import { chunksOf, collect } from '../support/chunks.ts';
import { loopback } from '../support/loopback.ts';

const remote = { url: 'https://bitbucket.org/acme/website.git', headers: {}, network: loopback };

const saying = (text: string) => encodePacket(`\u0002${text}`);

async function linesOf(texts: Iterable<string>): Promise<string[]> {
  const lines: string[] = [];
  function* packets() {
    for (const text of texts) yield Buffer.from(saying(text));
    yield Buffer.from(flushPacket);
  }
  await collect(readSideBand(remote, chunksOf(packets()), (line) => lines.push(line)));
  return lines;
}

function* times(count: number, text: (index: number) => string): Generator<string> {
  for (let index = 0; index < count; index++) yield text(index);
}

describe("a git server's progress", () => {
  it.each<[string, string[], string[]]>([
    [
      'of git: the last state of each phase',
      [
        'Enumerating objects: 3, done.\n',
        'Counting objects:  33% (1/3)\rCounting objects:  66% (2/3)\r',
        'Counting objects: 100% (3/3)\rCounting objects: 100% (3/3), done.\n',
        'Compressing objects:  50% (1/2)\r',
        'Compressing objects: 100% (2/2), done.\n',
      ],
      [
        'Enumerating objects: 3, done.',
        'Counting objects: 100% (3/3), done.',
        'Compressing objects: 100% (2/2), done.',
      ],
    ],
    [
      'of JGit, whose states begin with a carriage return',
      ['\rCounting objects: 1', '\rCounting objects: 2', '\rCounting objects: 2, done\n'],
      ['Counting objects: 2, done'],
    ],
    ['that ends within a line', ['Total 3 (delta 0)'], ['Total 3 (delta 0)']],
    ['with Windows line endings', ['one\r\n', '\r\n', 'two\r', '\n'], ['one', 'two']],
  ])('is reported line by line: %s', async (_, texts, lines) => {
    expect(await linesOf(texts)).toEqual(lines);
  });

  it('is reported up to 100 lines, followed by a line that says so', async () => {
    const lines = await linesOf(times(20_000, (index) => `line ${index}\n`));

    expect(lines).toHaveLength(101);
    expect(lines[99]).toBe('line 99');
    expect(lines[100]).toBe('Further messages of the server are left out.');
  });

  it('is reported in lines of at most 500 characters, even without a line feed', async () => {
    const lines = await linesOf(times(1_000, () => 'x'.repeat(10_000)));

    expect(lines).toHaveLength(101);
    expect(lines.every((line) => line.length <= 500)).toBe(true);
  });
});
