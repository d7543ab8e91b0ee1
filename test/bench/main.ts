/**
 * `npm run bench`: runs all benchmarks in turn, and writes docs/performance.md. `npm run bench -- NAME…` runs some parts
 * only, `--quick` makes fewer runs; both write nothing. The exit code is 1 when a budget is missed or a part fails.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { missed } from './part.ts';
import { parts } from './parts.ts';
import { linesOf, pageOf, type Result, shown } from './report.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false } },
});
const say = (line: string) => void process.stdout.write(`${line}\n`);

const unknown = positionals.filter((name) => !parts.some((part) => part.name === name));
if (unknown.length > 0) {
  say(`Unknown: ${unknown.join(', ')}. There are: ${parts.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const chosen = positionals.length === 0 ? parts : parts.filter(({ name }) => positionals.includes(name));

const results: Result[] = [];
const failures: string[] = [];
for (const part of chosen) {
  say(`\n${part.name}: ${part.title}`);
  const since = performance.now();
  try {
    const measured = await part.run({ isQuick: values.quick, say: (line) => say(`  ${line}`) });
    results.push({ part, measured });
    for (const line of linesOf(measured)) say(line);
    say(`  (${((performance.now() - since) / 1000).toFixed(0)} s)`);
  } catch (error) {
    failures.push(`${part.name} failed: ${error instanceof Error ? error.stack : String(error)}`);
    say(`  ${failures.at(-1)}`);
  }
}

const over = results.flatMap(({ part, measured }) =>
  missed(measured).map(
    (one) => `${part.name}: ${one.what}: ${shown(one)}, at most ${shown({ ...one, value: one.budget ?? 0 })}`,
  ),
);
say(
  over.length === 0
    ? '\nEvery budget that was measured is met.'
    : `\nMissed budgets:\n${over.map((line) => `  ${line}`).join('\n')}`,
);
for (const failure of failures) say(failure);
if (positionals.length === 0 && !values.quick && failures.length === 0) {
  await writeFile(
    join(import.meta.dirname, '../../docs/performance.md'),
    pageOf(results, new Date().toISOString()),
  );
  say('docs/performance.md is written.');
}
// Servers of parts may still listen.
process.exit(over.length + failures.length === 0 ? 0 : 1);
