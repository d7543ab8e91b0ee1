import { Me } from '../../../shared/api/me.ts';
import { BoughError } from '../../../shared/errors.ts';
import { json } from '../framework/http.ts';
import { type Route, route } from '../framework/route.ts';
import type { ApiPorts } from '../ports.ts';

/** The route of the caller's own identity. */
export function meRoutes({ region }: Pick<ApiPorts, 'region'>): Route[] {
  return [
    route({
      method: 'GET',
      path: '/me',
      id: 'get-me',
      summary: 'Get the IAM user or session that calls, and the region of the deployment',
      find: (params) => params,
      responses: { 200: Me },
      handle({ caller }) {
        if (!caller) throw new BoughError('not_found', 'The request has no IAM caller.');
        return json(200, { ...caller, region });
      },
    }),
  ];
}
