import type { Activity } from './activity.ts';

/** An ended activity with its owner: an environment, an integration or the project. */
export interface FinishedActivity extends Activity {
  project: string;
  environment: string | null;
  integration: string | null;
}
