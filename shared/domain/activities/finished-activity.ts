import type { Activity } from './activity.ts';

/** An ended activity with its owner: an environment, an integration or the project. */
export interface FinishedActivity extends Activity {
  project: string;
  environment: string | null;
  integration: string | null;
}

/** An activity that had not ended when the history was read, with the owner that has its record. */
export interface OpenActivity {
  id: string;
  environment: string | null;
  integration: string | null;
}
