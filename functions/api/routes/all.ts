import type { Route } from '../framework/route.ts';
import type { ApiPorts } from '../ports.ts';
import { activityRoutes } from './activities.ts';
import { boardRoutes } from './boards.ts';
import { buildRoutes } from './builds.ts';
import { changeRoutes } from './changes.ts';
import { commandPackageRoutes } from './command-package.ts';
import { deadLetterRoutes } from './dead-letters.ts';
import { deliveryRoutes } from './deliveries.ts';
import { doctorRoutes } from './doctor.ts';
import { environmentRoutes } from './environments.ts';
import { hook } from './hook.ts';
import { integrationRoutes } from './integrations.ts';
import { logRoutes } from './logs.ts';
import { meRoutes } from './me.ts';
import { mirrorRoutes } from './mirror.ts';
import { notFoundRoutes } from './not-found.ts';
import { pageRoutes } from './pages.ts';
import { projectRoutes } from './projects.ts';
import { refuseWhileDeleting } from './refuse-while-deleting.ts';
import { revalidate } from './revalidate.ts';
import { rootRoutes } from './root.ts';
import { variableRoutes } from './variables.ts';

/** All routes of the management API. */
export function allRoutes(ports: ApiPorts): Route[] {
  const routes = [
    ...projectRoutes(ports),
    ...changeRoutes(ports),
    ...integrationRoutes(ports),
    ...boardRoutes(ports),
    ...deliveryRoutes(ports),
    // Before environments, whose ids match any rest of a path: clients poll logs often.
    ...activityRoutes(ports),
    ...variableRoutes(ports),
    ...environmentRoutes(ports),
    ...mirrorRoutes(ports),
    ...logRoutes(ports),
    ...pageRoutes(ports),
    ...notFoundRoutes(ports),
    ...deadLetterRoutes(ports),
    ...doctorRoutes(ports),
    ...meRoutes(ports),
    ...commandPackageRoutes(ports),
    ...buildRoutes(ports),
  ].map((route) => revalidate(ports, refuseWhileDeleting(ports, route)));
  return [...rootRoutes(ports.apiUrl, [...routes, hook]), ...routes];
}
