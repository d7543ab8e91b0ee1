import * as z from 'zod/mini';
import { Root } from '../../../shared/api/root.ts';
import { describeApi } from '../describe-api.ts';
import { json } from '../framework/http.ts';
import { type Description, type Route, route } from '../framework/route.ts';
import { link } from '../views/links.ts';

/** The API's entry point, and the OpenAPI document of all routes. */
export function rootRoutes(apiUrl: string, others: readonly Description[]): Route[] {
  let document: ReturnType<typeof describeApi> | undefined;
  const routes: Route[] = [
    route({
      method: 'GET',
      path: '/',
      id: 'get-root',
      summary: 'Get the links to the top-level resources',
      find: (params) => params,
      responses: { 200: Root },
      handle: () =>
        json(200, {
          _links: {
            self: link(`${apiUrl}/`),
            projects: link(`${apiUrl}/projects`),
            openapi: link(`${apiUrl}/openapi.json`),
          },
        }),
    }),
    route({
      method: 'GET',
      path: '/openapi.json',
      id: 'get-openapi',
      summary: 'Get this document',
      find: (params) => params,
      responses: { 200: z.looseObject({ openapi: z.string() }) },
      handle() {
        // Generating the document is slow, so it is kept for the life of the process.
        document ??= describeApi([...routes, ...others], apiUrl);
        return json(200, document);
      },
    }),
  ];
  return routes;
}
