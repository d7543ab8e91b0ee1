import type { Integration } from '../domain/integrations/integration.ts';

/** Keeps secrets unreadable at rest, bound to what they are for. */
export interface Secrets {
  seal(purpose: SecretPurpose, integration: IntegrationKey, text: string): Promise<string>;
  open(purpose: SecretPurpose, integration: IntegrationKey, sealed: string): Promise<string>;
}

export type SecretPurpose = 'credentials' | 'webhook' | 'log';

export type IntegrationKey = Pick<Integration, 'project' | 'id'>;
