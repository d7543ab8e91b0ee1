import type { Integration } from '../domain/integrations/integration.ts';

/** Encrypts secrets at rest; purpose and integration are the encryption context. */
export interface Secrets {
  seal(purpose: SecretPurpose, integration: IntegrationKey, text: string): Promise<string>;
  open(purpose: SecretPurpose, integration: IntegrationKey, sealed: string): Promise<string>;
}

/** The purposes of secrets. */
export type SecretPurpose = 'credentials' | 'webhook' | 'log';

/** The identity of an integration in the encryption context. */
export type IntegrationKey = Pick<Integration, 'project' | 'id'>;
