import { DecryptCommand, EncryptCommand, type KMSClient } from '@aws-sdk/client-kms';
import type { IntegrationKey, SecretPurpose, Secrets } from '../../ports/secrets.ts';

/**
 * Encrypts secrets with a KMS key. The encryption context binds a secret to its purpose, project and integration: a
 * copy elsewhere cannot be decrypted, and a function can be granted a single purpose.
 */
export function kmsSecrets(client: KMSClient, keyArn: string): Secrets {
  // Decryption costs money and time, and a ciphertext always decrypts to the same text.
  const opened = new Map<string, Promise<string>>();
  const contextOf = (purpose: SecretPurpose, { project, id }: IntegrationKey) => ({
    purpose,
    project,
    integration: id,
  });

  const open = async (purpose: SecretPurpose, integration: IntegrationKey, sealed: string) => {
    const { Plaintext } = await client.send(
      new DecryptCommand({
        KeyId: keyArn,
        CiphertextBlob: Buffer.from(sealed, 'base64'),
        EncryptionContext: contextOf(purpose, integration),
      }),
    );
    return new TextDecoder().decode(Plaintext);
  };

  return {
    async seal(purpose, integration, text) {
      const { CiphertextBlob } = await client.send(
        new EncryptCommand({
          KeyId: keyArn,
          Plaintext: new TextEncoder().encode(text),
          EncryptionContext: contextOf(purpose, integration),
        }),
      );
      return Buffer.from(CiphertextBlob ?? []).toString('base64');
    },
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
