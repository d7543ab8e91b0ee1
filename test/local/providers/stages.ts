import { startCloudStage } from './cloud-stage.ts';
import { startServerStage } from './server-stage.ts';
import type { Stage } from './stage.ts';

/** A stage per provider. */
export const stages: [product: string, start: () => Promise<Stage>][] = [
  ['Bitbucket Cloud', startCloudStage],
  ['Bitbucket Server', startServerStage],
];
