import { performance } from 'node:perf_hooks';
import type { BuildResult } from '../../shared/adapters/aws/builds/build-documents.ts';

/** Runs a step and adds its duration in seconds to its timing, also when the step fails. */
export type Stopwatch = <T>(step: keyof BuildResult['timings'], act: () => Promise<T>) => Promise<T>;

/** Creates a stopwatch and its timings, which are 0 for steps that did not run. */
export function startStopwatch(): { timings: BuildResult['timings']; timed: Stopwatch } {
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
  };
}
