import { refusalWhileDeleting } from '../../../shared/domain/projects/delete-project.ts';
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
        const { because, remedy } = refusalWhileDeleting;
        throw new BoughError('refused', because, { remedy });
      }
      return route.respond(request);
    },
  };
}
