import type { Part } from './part.ts';
import { coldStart } from './parts/cold-start.ts';
import { command } from './parts/command.ts';
import { cost } from './parts/cost.ts';
import { delivery } from './parts/delivery.ts';
import { mirror } from './parts/mirror.ts';
import { mirrorCommits } from './parts/mirror-commits.ts';
import { projectDeletion } from './parts/project-deletion.ts';
import { prune } from './parts/prune.ts';
import { scale } from './parts/scale.ts';
import { search } from './parts/search.ts';
import { start } from './parts/start.ts';
import { webhookWarm } from './parts/webhook-warm.ts';

/** All benchmarks, in the order of docs/performance.md. */
export const parts: readonly Part[] = [
  coldStart,
  webhookWarm,
  delivery,
  scale,
  projectDeletion,
  prune,
  mirror,
  mirrorCommits,
  command,
  search,
  start,
  cost,
];
