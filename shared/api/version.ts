import manifest from '../../package.json' with { type: 'json' };

/** The version of Bough that this program comes from. */
export const version: string = manifest.version;

/** The header of the API's responses with its version, which the command compares with its own. */
export const versionHeader = 'x-bough-version';
