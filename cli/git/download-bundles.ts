import { join } from 'node:path';
import type { Mirror } from '../api/resources.ts';
import { CliError } from '../errors.ts';
import { downloadAll } from './download.ts';

/** How bundles are downloaded. */
export interface BundleOptions {
  directory: string;
  signal: AbortSignal;
  /** Reads the mirror again, for fresh links. */
  renew: () => Promise<Mirror>;
  info: (line: string) => void;
}

/** Downloads a mirror's bundles. Resolves to the files in the order of the chain. Throws `CliError`. */
export async function downloadBundles({ bundles }: Mirror, options: BundleOptions): Promise<string[]> {
  const { directory, signal, renew, info } = options;
  let latest = bundles;
  const linkTo = async (key: string, isExpired: boolean) => {
    if (isExpired) latest = (await renew()).bundles;
    const bundle = latest.find((each) => each.key === key);
    if (!bundle) throw new CliError('The mirror has changed during the download. Run the command again.');
    return bundle.href;
  };
  const files = bundles.map(({ key, bytes }, index) => ({
    path: join(directory, `${index}.bundle`),
    bytes,
    link: (isExpired: boolean) => linkTo(key, isExpired),
  }));
  const total = bundles.reduce((sum, { bytes }) => sum + bytes, 0);
  const count = `${bundles.length} ${bundles.length === 1 ? 'bundle' : 'bundles'}`;
  info(`Downloading ${count}, ${inMegabytes(total)}`);
  let tenths = 0;
  const progress = (bytes: number, complete: number) => {
    const reached = Math.floor((10 * bytes) / total);
    // The next message already implies 100 %.
    if (reached <= tenths || reached >= 10) return;
    tenths = reached;
    info(`  ${inMegabytes(bytes)} of ${inMegabytes(total)}, ${complete} of ${count}`);
  };
  await downloadAll(files, { signal, progress });
  return files.map(({ path }) => path);
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(bytes < 1_000_000 ? 3 : 1)} MB`;
}
