import { cpus, totalmem } from 'node:os';
import manifest from '../../package.json' with { type: 'json' };
import type { Measured, Part } from './part.ts';

/** The result of a part. */
export interface Result {
  part: Part;
  measured: readonly Measured[];
}

/** A value with its unit, with three significant digits at least. */
export function shown({ value, unit }: Pick<Measured, 'value' | 'unit'>): string {
  const size = Math.abs(value);
  const digits = Number.isInteger(value) || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  const text = value.toLocaleString('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return unit === '' ? text : unit === '$' ? `$${value.toFixed(2)}` : `${text} ${unit}`;
}

/** The lines of a part for a terminal. */
export function linesOf(measured: readonly Measured[]): string[] {
  const width = Math.max(0, ...measured.map(({ what }) => what.length));
  return measured.map((one) => {
    const budget = one.budget === undefined ? '' : `  at most ${shown({ ...one, value: one.budget })}`;
    const note = one.note === undefined ? '' : `  ${one.note}`;
    return `  ${one.what.padEnd(width)}  ${shown(one).padStart(12)}${budget}${budget && verdict(one)}${note}`;
  });
}

function verdict({ value, budget = Number.POSITIVE_INFINITY }: Measured): string {
  return value <= budget ? '  met' : '  MISSED';
}

const introduction = `# Performance

\`npm run bench\` measures everything on this page and writes it. It ends with exit code 1 and names each missed budget. \`npm run bench -- cold-start mirror\` runs some parts only and writes nothing; \`--quick\` makes fewer runs. Absolute
times depend on the machine, so most budgets are ratios of two programs in one run: both run in turns, and the medians are compared. Counts do not depend on the machine, and \`npm test\` checks the laws about them.`;

/** The page docs/performance.md. */
export function pageOf(results: readonly Result[], now: string): string {
  const sections = results.map(({ part, measured }) =>
    [`## ${part.title}`, part.text.trim(), tableOf(measured)].join('\n\n'),
  );
  return `${[introduction, machine(now), ...sections].join('\n\n')}\n`;
}

function machine(now: string): string {
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  const { dependencies } = manifest;
  const sdk = dependencies['@aws-sdk/client-sqs'];
  return `Measured on ${now.slice(0, 10)}: ${cpus().length} × ${cpu?.model.trim()}, ${memory} GiB, Node.js ${process.version}, AWS SDK ${sdk}.`;
}

function tableOf(measured: readonly Measured[]): string {
  const rows = measured.map((one) => {
    const budget = one.budget === undefined ? '' : `at most ${shown({ ...one, value: one.budget })}`;
    const isMissed = one.budget !== undefined && !(one.value <= one.budget);
    return `| ${one.what} | ${shown(one)} | ${isMissed ? `${budget}: **missed**` : budget} | ${one.note ?? ''} |`;
  });
  return ['| | measured | budget | |', '|---|---|---|---|', ...rows].join('\n');
}
