import { DecryptCommand, EncryptCommand, type KMSClient } from '@aws-sdk/client-kms';

/** Encrypts at most 4,096 bytes at a time with a KMS key, bound to an encryption context. */
export interface KmsCipher {
  /** Resolves to the ciphertext in Base64. */
  encrypt(context: Record<string, string>, plaintext: Uint8Array): Promise<string>;
  decrypt(context: Record<string, string>, sealed: string): Promise<Uint8Array>;
}

/** Creates the cipher of a key. */
export function kmsCipher(client: KMSClient, keyArn: string): KmsCipher {
  return {
    async encrypt(context, plaintext) {
      const { CiphertextBlob } = await client.send(
        new EncryptCommand({ KeyId: keyArn, Plaintext: plaintext, EncryptionContext: context }),
      );
      return Buffer.from(CiphertextBlob ?? []).toString('base64');
    },
    async decrypt(context, sealed) {
      const { Plaintext } = await client.send(
        new DecryptCommand({
          KeyId: keyArn,
          CiphertextBlob: Buffer.from(sealed, 'base64'),
          EncryptionContext: context,
        }),
      );
      return Plaintext ?? new Uint8Array();
    },
  };
}
