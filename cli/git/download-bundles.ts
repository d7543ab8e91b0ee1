import { join } from 'node:path';
import type { Mirror } from '../api/resources.ts';
import { CliError } from '../errors.ts';
import { downloadAll } from './download.ts';

export interface BundleOptions {
  directory: string;
  signal: AbortSignal;
  /** Asks for the mirror again, for links that have not expired. */
  renew: () => Promise<Mirror>;
  tell: (line: string) => void;
}

/** Downloads a mirror's chain, and answers with its files in their order. */
export async function downloadBundles({ bundles }: Mirror, options: BundleOptions): Promise<string[]> {
  const { directory, signal, renew, tell } = options;
  let latest = bundles;
  const linkTo = async (key: string, isExpired: boolean) => {
    if (isExpired) latest = (await renew()).bundles;
    const bundle = latest.find((each) => each.key === key);
    if (!bundle) throw new CliError('The mirror has changed in the meantime: run the command again.');
    return bundle.href;
  };
  const files = bundles.map(({ key, bytes }, index) => ({
    path: join(directory, `${index}.bundle`),
    bytes,
    link: (isExpired: boolean) => linkTo(key, isExpired),
  }));
  const total = bundles.reduce((sum, { bytes }) => sum + bytes, 0);
  const count = `${bundles.length} ${bundles.length === 1 ? 'bundle' : 'bundles'}`;
  tell(`Downloading ${count}, ${inMegabytes(total)}`);
  let tenths = 0;
  const progress = (bytes: number, complete: number) => {
    const reached = Math.floor((10 * bytes) / total);
    // What follows says that all of it is here.
    if (reached <= tenths || reached >= 10) return;
    tenths = reached;
    tell(`  ${inMegabytes(bytes)} of ${inMegabytes(total)}, ${complete} of ${count}`);
  };
  await downloadAll(files, { signal, progress });
  return files.map(({ path }) => path);
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(bytes < 1_000_000 ? 3 : 1)} MB`;
}
