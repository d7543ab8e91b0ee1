/** The archive of the command's package, in the directory of the management API's bundle. */
export const packageFile = 'bough.tgz';

/** The path by which the management API serves it. */
export const packagePath = '/cli';
