import type { Activity } from './activity.ts';

/** An ended activity, with whose it was. */
export interface FinishedActivity extends Activity {
  project: string;
  environment: string | null;
  integration: string | null;
}
