import * as z from 'zod/mini';
import { Root } from '../../../shared/api/resources.ts';
import { json } from '../framework/http.ts';
import { openApiDocument } from '../framework/openapi.ts';
import { type Description, type Route, route } from '../framework/route.ts';
import { link } from '../views/links.ts';

/** Where the API begins, and what it says of all its routes. */
export function rootRoutes(apiUrl: string, others: readonly Description[]): Route[] {
  let document: ReturnType<typeof openApiDocument> | undefined;
  const routes: Route[] = [
    route({
      method: 'GET',
      path: '/',
      id: 'get-root',
      summary: 'Get the links that the API begins with',
      find: (params) => params,
      answers: { 200: Root },
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
      answers: { 200: z.looseObject({ openapi: z.string() }) },
      handle() {
        // It takes a while, and is the same as long as the program is.
        document ??= openApiDocument([...routes, ...others], apiUrl);
        return json(200, document);
      },
    }),
  ];
  return routes;
}
