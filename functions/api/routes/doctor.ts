import { Diagnosis } from '../../../shared/api/diagnosis.ts';
import { diagnoseDeployment } from '../../../shared/workflow/deployment/diagnose-deployment.ts';
import { json } from '../framework/http.ts';
import { type Route, route } from '../framework/route.ts';
import type { ApiPorts } from '../ports.ts';

/** The route that diagnoses the deployment and all its projects. */
export function doctorRoutes(ports: ApiPorts): Route[] {
  return [
    route({
      method: 'GET',
      path: '/doctor',
      id: 'get-doctor',
      summary: 'Check quotas, permissions and integrations, the usual causes of problems',
      find: (params) => params,
      responses: { 200: Diagnosis },
      handle: async () => json(200, { checks: await diagnoseDeployment(ports) }),
    }),
  ];
}
