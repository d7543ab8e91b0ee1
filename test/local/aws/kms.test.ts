import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DecryptCommand, EncryptCommand, KMSClient, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createKeyStore, createKmsServer } from '../../../local/aws/kms.ts';
import { aws, serve, temporaryDirectory } from '../support.ts';

const KEY = '11111111-2222-3333-4444-555555555555';
const OTHER = '99999999-2222-3333-4444-555555555555';
const ARN = `arn:aws:kms:us-east-1:000000000000:key/${KEY}`;

async function startKms(given?: string) {
  const directory = given ?? (await temporaryDirectory());
  const keys = createKeyStore(directory);
  await keys.create(KEY);
  await keys.create(OTHER);
  keys.addAlias('alias/mine', ARN);
  const client = new KMSClient({ ...aws, endpoint: await serve(createKmsServer(keys)), maxAttempts: 1 });
  onTestFinished(() => client.destroy());
  const decrypt = async (
    blob: Uint8Array | undefined,
    EncryptionContext?: Record<string, string>,
    KeyId?: string,
  ) => {
    const answer = await client.send(new DecryptCommand({ CiphertextBlob: blob, EncryptionContext, KeyId }));
    return Buffer.from(answer.Plaintext ?? []).toString();
  };
  return { client, directory, decrypt };
}

describe('the KMS emulator', () => {
  it.each([KEY, ARN, 'alias/mine', 'arn:aws:kms:us-east-1:000000000000:alias/mine'])(
    'encrypts and decrypts with the key %s',
    async (KeyId) => {
      const { client, decrypt } = await startKms();
      const EncryptionContext = { project: 'p', integration: 'i' };
      const { CiphertextBlob, KeyId: used } = await client.send(
        new EncryptCommand({ KeyId, Plaintext: Buffer.from('geheim'), EncryptionContext }),
      );
      expect(used).toBe(ARN);
      expect(Buffer.from(CiphertextBlob ?? []).includes('geheim')).toBe(false);
      expect(await decrypt(CiphertextBlob, { integration: 'i', project: 'p' })).toBe('geheim');
      expect(await decrypt(CiphertextBlob, EncryptionContext, KeyId)).toBe('geheim');
    },
  );

  it('decrypts only with the same encryption context, and only an unchanged ciphertext', async () => {
    const { client, decrypt } = await startKms();
    const EncryptionContext = { project: 'p' };
    const { CiphertextBlob } = await client.send(
      new EncryptCommand({ KeyId: KEY, Plaintext: Buffer.from('geheim'), EncryptionContext }),
    );
    const invalid = { name: 'InvalidCiphertextException' };
    await expect(decrypt(CiphertextBlob, { project: 'q' })).rejects.toMatchObject(invalid);
    await expect(decrypt(CiphertextBlob)).rejects.toMatchObject(invalid);
    await expect(decrypt(CiphertextBlob, { ...EncryptionContext, more: 'x' })).rejects.toMatchObject(invalid);
    for (const position of [0, 40, 50, (CiphertextBlob?.length ?? 0) - 1]) {
      const changed = Buffer.from(CiphertextBlob ?? []);
      changed[position] = (changed[position] ?? 0) ^ 1;
      await expect(decrypt(changed, EncryptionContext)).rejects.toThrow();
    }
    await expect(decrypt(Buffer.from('short'), EncryptionContext)).rejects.toMatchObject(invalid);
    await expect(decrypt(CiphertextBlob, EncryptionContext, OTHER)).rejects.toMatchObject({
      name: 'IncorrectKeyException',
    });
  });

  it('refuses unknown keys and operations, and plaintexts that are too long', async () => {
    const { client } = await startKms();
    const unknownKey = new EncryptCommand({ KeyId: 'alias/none', Plaintext: Buffer.from('geheim') });
    await expect(client.send(unknownKey)).rejects.toMatchObject({ name: 'NotFoundException' });
    await expect(client.send(new ScheduleKeyDeletionCommand({ KeyId: KEY }))).rejects.toMatchObject({
      name: 'UnknownOperationException',
    });
    const tooLong = new EncryptCommand({ KeyId: KEY, Plaintext: Buffer.alloc(4097) });
    await expect(client.send(tooLong)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  it('stores its keys in files that only the user can read', async () => {
    const { client, directory } = await startKms();
    const { CiphertextBlob } = await client.send(
      new EncryptCommand({ KeyId: KEY, Plaintext: Buffer.from('geheim') }),
    );
    const files = await readdir(directory);
    expect(files).toHaveLength(2);
    for (const file of files) expect((await stat(join(directory, file))).mode & 0o777).toBe(0o600);
    expect(await (await startKms(directory)).decrypt(CiphertextBlob)).toBe('geheim');
  });
});
