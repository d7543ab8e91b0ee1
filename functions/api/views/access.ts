import { type Environment, restrictsRobots } from '../../../shared/domain/environments/environment.ts';

/** The access settings of a site. Some are constant, because Bough neither controls access nor sends mail. */
export function siteAccessView(environment: Environment) {
  return {
    http_access: { is_enabled: false, addresses: [], basic_auth: {} },
    enable_smtp: false,
    restrict_robots: restrictsRobots(environment),
  };
}
