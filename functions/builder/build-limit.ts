import { BoughError } from '../../shared/errors.ts';
import type { ProjectConfig } from './config.ts';

/** A time after which the builder ends a build itself. */
export interface BuildLimit {
  milliseconds: number;
  /** The reason of a build that took longer. */
  reason: BoughError;
}

/**
 * Returns the builder's own limit of a build on Lambda compute, where CodeBuild has no timeout: AWS ends the function
 * after 15 minutes, without a result. Undefined for containers, whose builds CodeBuild ends.
 * @param spent milliseconds since the builder's start
 */
export function buildLimit(
  { COMPUTE, TIMEOUT_MINUTES: minutes }: ProjectConfig,
  spent: number,
): BuildLimit | undefined {
  if (COMPUTE !== 'lambda') return undefined;
  return {
    milliseconds: Math.max(Number(minutes) * 60_000 - spent, 0),
    reason: new BoughError(
      'invalid',
      `The build was stopped after ${minutes} min, the stack's builderTimeoutMinutes on Lambda compute.`,
      {
        remedy: 'Make it faster, or deploy Bough with builderCompute=container.',
      },
    ),
  };
}
