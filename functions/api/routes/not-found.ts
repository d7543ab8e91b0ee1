import * as z from 'zod/mini';
import { notFoundPath } from '../../../shared/domain/environments/sites.ts';
import { isSameSecret } from '../../../shared/runtime/same-secret.ts';
import { type ApiResponse, html } from '../framework/http.ts';
import { type Route, route } from '../framework/route.ts';
import type { ApiPorts } from '../ports.ts';

const ownPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Not found</title>
<h1>Not found</h1>
<p>There is no such page, or its environment is not deployed.</p>
</html>
`;

const closedPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Forbidden</title>
<h1>Forbidden</h1>
<p>Open the site by its own address.</p>
</html>
`;

/**
 * The route of paths that the sites bucket does not have. Only the distribution may request it, because its function
 * enforces the access control of the site.
 */
export function notFoundRoutes({
  sitePages,
  distributionKey: expected,
}: Pick<ApiPorts, 'sitePages' | 'distributionKey'>): Route[] {
  return [
    route({
      method: 'GET',
      path: `${notFoundPath}/{path+}`,
      id: 'read-not-found-page',
      summary: 'Read the page of a site for a path without a file, by the path that was requested',
      find: (params) => params,
      query: z.object({}),
      responses: { 200: z.string(), 302: z.string() },
      failures: { 403: z.string(), 404: z.string() },
      media: 'text/html',
      isOpen: true,
      async handle({ found: { path = '' }, distributionKey = '' }) {
        if (!isSameSecret(distributionKey, expected)) return html(403, closedPage);
        const [site = '', ...parts] = decoded(path).split('/');
        if (!/^[a-z0-9-]+$/.test(site) || parts.some((part) => part === '.' || part === '..'))
          return html(404, ownPage);
        const name = parts.at(-1) ?? site;
        // S3 has no directories: a name with a dot is that of a file.
        if (!/^$|\./.test(name) && (await sitePages.hasIndex(site, parts.join('/'))))
          return toDirectory(name);
        const application = await sitePages.read(site, '200.html');
        if (application) return html(200, application.content, application.headers);
        const page = await sitePages.read(site, '404.html');
        return html(404, page?.content ?? ownPage, page?.headers);
      },
    }),
  ];
}

/** API Gateway decodes a path before, other servers do not. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/**
 * Redirects to a directory, so that its page's relative links resolve. The location is relative, because the path that
 * the visitor sees may lack the site's name. The distribution's function for responses adds the query.
 */
function toDirectory(name: string): ApiResponse {
  return html(302, '', { location: `./${encodeURIComponent(name)}/` });
}
