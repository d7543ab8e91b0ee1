import { BoughError } from '../../../shared/errors.ts';
import type { Route } from '../framework/route.ts';
import type { ApiPorts } from '../ports.ts';

/** The same route, which refuses mutations of a project that is being deleted. Reads stay possible. */
export function refuseWhileDeleting({ projects }: Pick<ApiPorts, 'projects'>, route: Route): Route {
  if (route.method === 'GET' || route.whileDeleted) return route;
  return {
    ...route,
    async respond(request) {
      const id = request.params['project'];
      const project = id === undefined ? null : await projects.get(id);
      if (project?.deletion) {
        throw new BoughError('refused', 'The project is being deleted.', {
          remedy: 'Nothing new can be started in it. Use another project, or create one.',
        });
      }
      return route.respond(request);
    },
  };
}
