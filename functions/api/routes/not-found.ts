import * as z from 'zod/mini';
import { notFoundPath } from '../../../shared/domain/environments/sites.ts';
import { html } from '../framework/http.ts';
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

/** The route of error pages. CloudFront requests it for paths that the sites bucket does not have. */
export function notFoundRoutes({ errorPages }: Pick<ApiPorts, 'errorPages'>): Route[] {
  return [
    route({
      method: 'GET',
      path: `${notFoundPath}/{path+}`,
      id: 'read-not-found-page',
      summary: 'Read the error page of a site, by the path that was requested',
      find: (params) => params,
      query: z.object({}),
      responses: {},
      failures: { 404: z.string() },
      media: 'text/html',
      isOpen: true,
      async handle({ found: { path = '' } }) {
        const [site = ''] = path.split('/');
        const page = /^[a-z0-9-]+$/.test(site) ? await errorPages.of(site) : null;
        return html(404, page ?? ownPage);
      },
    }),
  ];
}
