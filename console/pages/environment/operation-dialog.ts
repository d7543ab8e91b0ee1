import type { Environment } from '../../../shared/api/environment.ts';
import type { Accepted } from '../../api/environment-operations.ts';

/** The properties of the dialog of an operation. */
export interface OperationDialog {
  readonly environment: Environment;
  close(): void;
  done(accepted: Accepted): void;
}
