import type { Measurement } from './mirror-processes.ts';

/** One measured run of a contender. */
export interface Sample extends Measurement {
  /** All HTTP requests. */
  requests: number;
  /** The requests to the git servers. */
  gitRequests: number;
}

/** The runs of all contenders for one case. */
export interface Comparison {
  repository: string;
  what: string;
  /** The samples by contender; `git` is the baseline. */
  samples: Record<string, Sample[]>;
}

const megabyte = 1024 * 1024;

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function medianOf(samples: Sample[] | undefined, key: keyof Sample): number {
  return median((samples ?? []).map((sample) => sample[key]));
}

const columns = [10, 16, 20, 9, 9, 9, 10] as const;

function row(...cells: string[]): string {
  return cells
    .map((cell, at) => (at < 3 ? cell.padEnd(columns[at] ?? 0) : cell.padStart(columns[at] ?? 0)))
    .join(' ');
}

/** The lines of the result: medians, peak memory and requests of each contender. */
export function resultTable(comparisons: Comparison[]): string[] {
  const rows = comparisons.flatMap(({ repository, what, samples }) =>
    Object.entries(samples).map(([name, measured]) =>
      row(
        repository,
        what,
        name,
        `${medianOf(measured, 'milliseconds').toFixed(0)} ms`,
        (medianOf(measured, 'milliseconds') / medianOf(samples['git'], 'milliseconds')).toFixed(2),
        `${(Math.max(...measured.map(({ peakBytes }) => peakBytes)) / megabyte).toFixed(0)} MB`,
        `${medianOf(measured, 'gitRequests')} + ${medianOf(measured, 'requests') - medianOf(measured, 'gitRequests')}`,
      ),
    ),
  );
  return [row('repository', 'work', 'by', 'median', 'ratio', 'peak', 'requests'), ...rows];
}

/** The lines with budgets and measured values; `met` is true if no budget is missed. */
export function budgetTable(comparisons: Comparison[]): { lines: string[]; met: boolean } {
  const find = (what: string) =>
    comparisons.find((each) => each.repository === '50 MB' && each.what === what)?.samples ?? {};
  const ratio = (what: string) =>
    medianOf(find(what)['bough'], 'milliseconds') / medianOf(find(what)['git'], 'milliseconds');
  const ours = comparisons.flatMap(({ samples }) =>
    Object.entries(samples).flatMap(([name, measured]) => (name === 'git' ? [] : measured)),
  );
  const budgets = [
    { what: 'full mirror of 50 MB, of git’s time', measured: ratio('full mirror'), most: 0.25 },
    { what: 'one new commit there, of a warm git’s time', measured: ratio('one new commit'), most: 0.7 },
    {
      what: 'peak memory in MB, any size',
      measured: Math.max(...ours.map((each) => each.peakBytes)) / megabyte,
      most: 160,
    },
    {
      what: 'requests when there is nothing to do',
      measured: medianOf(find('nothing to do')['bough'], 'requests'),
      most: 2,
    },
  ];
  const lines = budgets.map(({ what, measured, most }) => {
    const verdict = measured <= most ? 'met' : 'MISSED';
    return `${what.padEnd(46)} ${measured.toFixed(2).padStart(8)}   at most ${most}   ${verdict}`;
  });
  return { lines, met: budgets.every(({ measured, most }) => measured <= most) };
}
