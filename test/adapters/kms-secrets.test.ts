import { KMSClient } from '@aws-sdk/client-kms';
import { describe, expect, it } from 'vitest';
import { kmsSecrets } from '../../shared/adapters/aws/kms-secrets.ts';
import { aws } from '../local/support.ts';
import { anIntegration } from '../support/builders.ts';

/** Secrets over a KMS that decrypts everything, and the number of its calls. */
function countedSecrets() {
  const client = new KMSClient(aws);
  const counts = { calls: 0 };
  client.middlewareStack.add(
    () => async () => {
      counts.calls += 1;
      return {
        output: { $metadata: {}, Plaintext: new TextEncoder().encode('plain') } as never,
        response: {},
      };
    },
    { step: 'initialize' },
  );
  return { secrets: kmsSecrets(client, 'arn:aws:kms:us-east-1:000000000000:key/1'), counts };
}

describe('the calls of a process to KMS', () => {
  it('are one per secret, however often it is opened, and none is remembered beyond two thousand secrets', async () => {
    const { secrets, counts } = countedSecrets();
    const open = (index: number) => secrets.open('credentials', anIntegration({ id: `i${index}` }), 'sealed');

    for (let index = 0; index < 2000; index += 1) await open(index);
    for (let index = 0; index < 2000; index += 1) await open(index);
    expect(counts.calls).toBe(2000);

    await open(2000);
    await open(0);
    expect(counts.calls).toBe(2002);
  });
});
