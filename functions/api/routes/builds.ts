import * as z from 'zod/mini';
import { issueCredentials } from '../../../shared/workflow/builds/issue-credentials.ts';
import { json } from '../framework/http.ts';
import { type Route, route } from '../framework/route.ts';
import type { ApiPorts } from '../ports.ts';

const Permit = z.strictObject({ permit: z.string().check(z.maxLength(100)) });

/** What a build acts with: AWS credentials for what is its environment's own. */
const Credentials = z.object({
  access_key_id: z.string(),
  secret_access_key: z.string(),
  session_token: z.string(),
});

/** For the builder alone, which IAM lets in here and nowhere else. */
export function buildRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      method: 'POST',
      path: '/builds/{project}/{activity}/credentials',
      id: 'issue-build-credentials',
      summary: "Exchange a build's permit for credentials that reach what is its environment's own",
      find: (params) => params,
      body: Permit,
      answers: { 200: Credentials },
      whileDeleted: true,
      async handle({ found: { project = '', activity = '' }, body: { permit } }) {
        return json(200, await issueCredentials(ports, { project, activity, permit }));
      },
    }),
  ];
}
