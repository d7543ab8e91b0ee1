import { type Measured, median } from '../part.ts';
import type { Measurement } from './processes.ts';

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

function medianOf(samples: Sample[] | undefined, key: keyof Sample): number {
  return median((samples ?? []).map((sample) => sample[key]));
}

/** The measured values of the comparisons: each case by its median, and the budgets. */
export function measuredIn(comparisons: readonly Comparison[]): Measured[] {
  const find = (what: string) =>
    comparisons.find((each) => each.repository === '50 MB' && each.what === what)?.samples ?? {};
  const ratio = (what: string) =>
    medianOf(find(what)['bough'], 'milliseconds') / medianOf(find(what)['git'], 'milliseconds');
  const ours = comparisons.flatMap(({ samples }) =>
    Object.entries(samples).flatMap(([name, measured]) => (name === 'git' ? [] : measured)),
  );
  const budgets = [
    { what: 'full mirror of 50 MB, of git’s time', value: ratio('full mirror'), unit: '', budget: 0.15 },
    {
      what: 'one new commit there, of a warm git’s time',
      value: ratio('one new commit'),
      unit: '',
      budget: 0.7,
    },
    {
      what: 'peak memory, any size',
      value: Math.max(...ours.map((each) => each.peakBytes)) / megabyte,
      unit: 'MB',
      budget: 160,
    },
    {
      what: 'requests when there is nothing to do',
      value: medianOf(find('nothing to do')['bough'], 'requests'),
      unit: '',
      budget: 2,
    },
  ];
  const times = comparisons.flatMap(({ repository, what, samples }) =>
    Object.entries(samples).map(([name, measured]) => ({
      what: `${repository}, ${what}: ${name}`,
      value: medianOf(measured, 'milliseconds'),
      unit: 'ms',
      note: `${(Math.max(...measured.map(({ peakBytes }) => peakBytes)) / megabyte).toFixed(0)} MB`,
    })),
  );
  return [...budgets, ...times];
}
