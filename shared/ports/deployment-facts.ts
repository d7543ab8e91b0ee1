import type { Facts } from '../domain/deployment/diagnose.ts';

/** AWS's answers about the account and the deployment. A question that AWS does not answer is `unknown`, never an error. */
export interface DeploymentFacts {
  /** The code of the quota that `builds` reads. */
  readonly buildQuotaCode: string;
  readonly neededExecutions: number;
  builds(): Promise<Facts['builds']>;
  executions(): Promise<Facts['executions']>;
  schedule(): Promise<Facts['schedule']>;
  alarms(): Promise<Facts['alarms']>;
  deadLetters(): Promise<Facts['deadLetters']>;
}
