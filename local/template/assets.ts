import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UnsupportedTemplateError } from '../errors.ts';

/**
 * The staged directory of an asset that the template refers to by its S3 key, `<hash>.zip`.
 * @throws UnsupportedTemplateError when the assembly has no such directory
 */
export function findAsset(assetsDirectory: string, objectKey: string): string {
  const directory = join(assetsDirectory, `asset.${basename(objectKey, '.zip')}`);
  if (existsSync(directory)) return directory;
  throw new UnsupportedTemplateError(
    `${directory} does not exist: only assets that are directories can be run locally, and they must be staged.`,
  );
}
