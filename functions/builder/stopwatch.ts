import { performance } from 'node:perf_hooks';
import type { BuildResult } from '../../shared/adapters/aws/build-result.ts';

/** Does a step and notes how long it took, also when it fails. */
export type Stopwatch = <T>(step: keyof BuildResult['timings'], act: () => Promise<T>) => Promise<T>;

export function startStopwatch(): { timings: BuildResult['timings']; timed: Stopwatch } {
  const timings = { restore: 0, data: 0, deploy: 0, publish: 0 };
  return {
    timings,
    async timed(step, act) {
      const start = performance.now();
      try {
        return await act();
      } finally {
        timings[step] = Math.round(performance.now() - start) / 1000;
      }
    },
  };
}
