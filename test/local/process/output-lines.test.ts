import { describe, expect, it } from 'vitest';
import { startChild } from '../../../local/process/child.ts';
import { OUTPUT_LIMITS, outputLines } from '../../../local/process/output-lines.ts';

const limits = { lineBytes: 10, bytesPerMinute: 30 };

function linesOf(chunks: readonly (string | Buffer)[], options = limits) {
  const lines: string[] = [];
  const output = outputLines(
    (line) => lines.push(line),
    options,
    () => 0,
  );
  for (const chunk of chunks) output.push(Buffer.from(chunk));
  output.end();
  return lines;
}

describe("a program's output", () => {
  it.each([
    [['a\nb\n'], ['a', 'b']],
    [['a\r\nb'], ['a', 'b']],
    [
      ['a', 'b\n\n', 'c'],
      ['ab', '', 'c'],
    ],
    [[], []],
    [[Buffer.from('é').subarray(0, 1), Buffer.from('é').subarray(1)], ['é']],
  ])('is forwarded by lines: %j', (chunks, lines) => {
    expect(linesOf(chunks)).toEqual(lines);
  });

  it('is cut at the maximum length of a line', () => {
    const cut = '0123456789… (the rest of this line is left out)';
    expect(linesOf(['0123456789\n'])).toEqual(['0123456789']);
    const generous = { ...limits, bytesPerMinute: 1000 };
    expect(linesOf(['01234', '56789', 'abc', 'def\nnext\n'], generous)).toEqual([cut, 'next']);
    expect(linesOf(['0123456789abc'], generous)).toEqual([cut]);
  });

  it('is dropped over the maximum size, until the minute is over', () => {
    let time = 0;
    const lines: string[] = [];
    const output = outputLines(
      (line) => lines.push(line),
      limits,
      () => time,
    );
    output.push(Buffer.from('1234567\n'.repeat(100)));
    time = 60_000;
    output.push(Buffer.from('again\n'));
    output.end();
    const leftOut = '… (97 lines are left out: more than 30 bytes in a minute)';
    expect(lines).toEqual(['1234567', '1234567', '1234567', leftOut, 'again']);
  });

  it('is bounded for an endless program', async () => {
    let bytes = 0;
    const child = await startChild({
      command: '/bin/sh',
      args: ['-c', 'yes | head -c 20000000; yes | tr -d "\\n" | head -c 20000000'],
      cwd: '/',
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin' },
      onLine: (_, line) => {
        bytes += line.length + 1;
      },
    });
    await child.ended;
    expect(bytes).toBeLessThan(OUTPUT_LIMITS.bytesPerMinute + OUTPUT_LIMITS.lineBytes);
  });
});
