import * as z from 'zod/mini';
import { issueCredentials } from '../../../shared/workflow/builds/issue-credentials.ts';
import { json } from '../framework/http.ts';
import { type Route, route } from '../framework/route.ts';
import type { ApiPorts } from '../ports.ts';

const Permit = z.strictObject({ permit: z.string().check(z.maxLength(100)) });

/** AWS credentials that are limited to the resources of the build's environment, and the variables of its scripts. */
const Credentials = z.object({
  access_key_id: z.string(),
  secret_access_key: z.string(),
  session_token: z.string(),
  variables: z.array(
    z.object({ name: z.string(), value: z.string(), is_json: z.boolean(), is_sensitive: z.boolean() }),
  ),
});

/** The route of builds. IAM allows the builder this route and no other. */
export function buildRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      method: 'POST',
      path: '/builds/{project}/{activity}/credentials',
      id: 'issue-build-credentials',
      summary:
        "Exchange a build's permit for credentials of its environment, and for the variables of its scripts",
      find: (params) => params,
      body: Permit,
      responses: { 200: Credentials },
      whileDeleted: true,
      async handle({ found: { project = '', activity = '' }, body: { permit } }) {
        return json(200, await issueCredentials(ports, { project, activity, permit }));
      },
    }),
  ];
}
