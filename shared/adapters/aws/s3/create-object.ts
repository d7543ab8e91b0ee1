import { setTimeout as pause } from 'node:timers/promises';
import {
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { BoughError } from '../../../errors.ts';

const mostTries = 5;

/**
 * Creates an object; false when the key exists already.
 * @throws BoughError conflict after five concurrent writes of the same key
 */
export async function createObject(s3: S3Client, object: PutObjectCommandInput): Promise<boolean> {
  for (let attempt = 1; attempt <= mostTries; attempt += 1) {
    try {
      await s3.send(new PutObjectCommand({ ...object, IfNoneMatch: '*' }));
      return true;
    } catch (error) {
      if (statusOf(error) === 412) return false;
      // ConditionalRequestConflict: another write of the same key is in progress, and either may succeed.
      if (statusOf(error) !== 409) throw error;
      await pause(Math.random() * 50 * 2 ** attempt);
    }
  }
  throw new BoughError('conflict', `Others keep writing ${object.Key}.`);
}

function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}
