import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UnsupportedTemplateError } from '../errors.ts';

/**
 * Finds the staged directory of an asset by the S3 key in the template, `<hash>.zip`.
 * @throws UnsupportedTemplateError when the cloud assembly has no such directory
 */
export function findAsset(assetsDirectory: string, objectKey: string): string {
  const directory = join(assetsDirectory, `asset.${basename(objectKey, '.zip')}`);
  if (existsSync(directory)) return directory;
  throw new UnsupportedTemplateError(
    `${directory} does not exist: locally, an asset must be a staged directory.`,
  );
}
