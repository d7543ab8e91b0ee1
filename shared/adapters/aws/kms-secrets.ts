import type { KMSClient } from '@aws-sdk/client-kms';
import type { IntegrationKey, SecretPurpose, Secrets } from '../../ports/secrets.ts';
import { boundedCache, keptSecrets } from '../../runtime/bounded-cache.ts';
import { kmsCipher } from './kms-cipher.ts';

/**
 * Encrypts secrets with a KMS key. The encryption context binds a secret to its purpose, project and integration: a
 * copy elsewhere cannot be decrypted, and a function can be granted a single purpose.
 */
export function kmsSecrets(client: KMSClient, keyArn: string): Secrets {
  const cipher = kmsCipher(client, keyArn);
  // Decryption costs money and time, and a ciphertext always decrypts to the same text.
  const opened = boundedCache<Promise<string>>(keptSecrets);
  const contextOf = (purpose: SecretPurpose, { project, id }: IntegrationKey) => ({
    purpose,
    project,
    integration: id,
  });

  const open = async (purpose: SecretPurpose, integration: IntegrationKey, sealed: string) =>
    new TextDecoder().decode(await cipher.decrypt(contextOf(purpose, integration), sealed));

  return {
    seal: (purpose, integration, text) =>
      cipher.encrypt(contextOf(purpose, integration), new TextEncoder().encode(text)),
    open(purpose, integration, sealed) {
      const key = `${purpose} ${integration.project} ${integration.id} ${sealed}`;
      const known = opened.get(key);
      if (known) return known;
      const secret = open(purpose, integration, sealed);
      opened.set(key, secret);
      secret.catch(() => opened.delete(key));
      return secret;
    },
  };
}
