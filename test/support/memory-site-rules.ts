import type { SiteRules } from '../../shared/ports/site-rules.ts';
import { StoreConflict } from '../../shared/ports/store-conflict.ts';

/** The rules of sites in memory. `before` runs before each write, and `failure` fails all calls. */
export function memorySiteRules() {
  const values = new Map<string, string>();
  /** The sites of each write. */
  const writes: string[][] = [];
  const control: { before?: () => Promise<void>; failure?: Error } = {};
  let version = 0;
  const siteRules: SiteRules = {
    async version() {
      if (control.failure) throw control.failure;
      return String(version);
    },
    async write(given, rules) {
      await control.before?.();
      if (control.failure) throw control.failure;
      if (given !== String(version)) throw new StoreConflict('The rules have another version.');
      version += 1;
      writes.push([...rules.keys()]);
      for (const [site, rule] of rules) {
        if (rule === null) values.delete(site);
        else values.set(site, rule);
      }
    },
  };
  return { siteRules, values, writes, control };
}
