import { performance } from 'node:perf_hooks';
import type { BuildResult } from '../../shared/adapters/aws/builds/build-documents.ts';

type Timings = BuildResult['timings'];

/** Runs a step and adds its duration in seconds to its timing, also when the step fails. */
export type Stopwatch = <T>(step: keyof Timings, act: () => Promise<T>) => Promise<T>;

/** Creates a stopwatch and its timings, which are 0 for steps that did not run. */
export function startStopwatch(): {
  timings: Timings;
  timed: Stopwatch;
  /** The duration so far, and that of each step that took noticeable time. */
  summary(): string;
} {
  const begin = performance.now();
  const timings = { restore: 0, cache: 0, data: 0, deploy: 0, publish: 0 };
  return {
    timings,
    async timed(step, act) {
      const start = performance.now();
      try {
        return await act();
      } finally {
        timings[step] += Math.round(performance.now() - start) / 1000;
      }
    },
    summary() {
      const steps = Object.entries(timings)
        .map(([step, seconds]) => `${step} ${seconds.toFixed(1)} s`)
        .filter((text) => !text.endsWith(' 0.0 s'));
      const total = ((performance.now() - begin) / 1000).toFixed(1);
      return steps.length === 0 ? `Took ${total} s` : `Took ${total} s: ${steps.join(', ')}`;
    },
  };
}
