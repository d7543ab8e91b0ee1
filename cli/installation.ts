import { version } from '../shared/api/version.ts';

/** The name of the package, below node_modules. */
const packageName = '@Bough/cli';

/** Where npm has installed this command. */
export interface Installation {
  /** The prefix of a global installation; null for another one, such as that of npx. */
  prefix: string | null;
}

/** Finds the installation of this program; null when it runs from a checkout. */
export function findInstallation(start = import.meta.dirname): Installation | null {
  const path = start.replaceAll('\\', '/');
  const at = path.lastIndexOf(`/node_modules/${packageName}/`);
  if (at === -1) return null;
  const parent = path.slice(0, at);
  return { prefix: parent.endsWith('/lib') ? parent.slice(0, -'/lib'.length) : null };
}

/** The advice that installs the command of the API's version. */
export function updateAdvice(apiVersion: string, installation = findInstallation()): string {
  return installation === null
    ? `It runs from a checkout of Bough: check out v${apiVersion} there, and run npm ci`
    : 'Install the one that fits: bough self:update';
}

/** The first of the two versions minus the second, in the first part that differs. Pre-releases are not told apart. */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [one, other].map((text) => text.split(/[.+-]/, 3).map(Number));
  const difference = left?.map((part, index) => part - (right?.[index] ?? 0)).find((part) => part !== 0);
  return difference ?? 0;
}

/** How the API differs from this command. */
export interface VersionSkew {
  /** The API's version. */
  api: string;
  /** True when this command is older. */
  isOlder: boolean;
}

/** Compares the version in the API's header with this command's; null when they are equal, or the header is missing or invalid. */
export function skewOf(api: string | null, own: string = version): VersionSkew | null {
  if (api === null || !/^\d{1,9}(\.\d{1,9}){2}([.+-][\w.+-]{1,40})?$/.test(api)) return null;
  const difference = compareVersions(own, api);
  return difference === 0 ? null : { api, isOlder: difference < 0 };
}

/** A sentence about the difference, with the advice. */
export function explainSkew({ api, isOlder }: VersionSkew): string {
  return `This bough (${version}) is ${isOlder ? 'older' : 'newer'} than the API (${api}). ${updateAdvice(api)}`;
}
