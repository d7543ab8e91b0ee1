import type { Part } from './part.ts';
import { coldStart } from './parts/cold-start.ts';

/** All benchmarks, in the order of docs/performance.md. */
export const parts: readonly Part[] = [coldStart];
