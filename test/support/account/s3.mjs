import { readFile, writeFile } from 'node:fs/promises';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { fail } from './account.mjs';

/** The bucket and the key of `s3://bucket/key`; null for the path of a file. */
function place(word) {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(word) ?? [];
  return bucket ? { Bucket: bucket, Key: key } : null;
}

/** Copies one object to a file, or a file to an object, in the S3 of the local stack and with its rights. */
async function cp(args) {
  const [from, to, ...others] = args;
  if (!to || others.length > 0) fail('aws: error: the stand-in copies one file, without options', 252);
  const s3 = new S3Client({ forcePathStyle: true });
  const [source, target] = [place(from), place(to)];
  try {
    if (source && !target) {
      const { Body } = await s3.send(new GetObjectCommand(source));
      await writeFile(to, await Body.transformToByteArray());
      process.stdout.write(`download: ${from} to ${to}\n`);
    } else if (target && !source) {
      await s3.send(new PutObjectCommand({ ...target, Body: await readFile(from) }));
      process.stdout.write(`upload: ${from} to ${to}\n`);
    } else fail('Error: Invalid argument type', 252);
  } catch (error) {
    fail(`fatal error: An error occurred (${error.$metadata?.httpStatusCode}): ${error.message}`);
  }
}

/** The commands of S3. */
export const s3 = { cp };
