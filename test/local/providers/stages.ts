import { startCloudStage } from './cloud-stage.ts';
import { startServerStage } from './server-stage.ts';
import type { Stage } from './stage.ts';

/** Every Bitbucket that there is a provider for: one line each. */
export const stages: [product: string, start: () => Promise<Stage>][] = [
  ['Bitbucket Cloud', startCloudStage],
  ['Bitbucket Server', startServerStage],
];
