import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { packagePath } from '../../../shared/api/command-package.ts';
import { version } from '../../../shared/api/version.ts';
import { BoughError } from '../../../shared/errors.ts';
import { type Route, route } from '../framework/route.ts';
import { described } from '../inputs/common.ts';
import type { ApiPorts } from '../ports.ts';

/** The route of the package of the command, which fits this deployment. */
export function commandPackageRoutes({ commandPackage }: Pick<ApiPorts, 'commandPackage'>): Route[] {
  return [
    route({
      method: 'GET',
      path: packagePath,
      id: 'get-cli',
      summary: 'Get the package of the command of this version, which npm installs',
      find: (params) => params,
      responses: { 200: described(z.string(), 'A gzipped tar archive') },
      media: 'application/gzip',
      canBeUnmodified: true,
      async handle({ ifNoneMatch }) {
        const content = await commandPackage();
        if (content === null) {
          throw new BoughError('not_found', 'This deployment has no package of the command.', {
            remedy: 'Deploy it again: npm run build && npx cdk deploy',
          });
        }
        const etag = `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;
        if (ifNoneMatch === etag) return { statusCode: 304, headers: { etag } };
        return {
          statusCode: 200,
          headers: {
            'content-type': 'application/gzip',
            'content-disposition': `attachment; filename="bough-cli-${version}.tgz"`,
            'x-content-type-options': 'nosniff',
            etag,
          },
          body: content.toString('base64'),
          isBase64Encoded: true,
        };
      },
    }),
  ];
}
