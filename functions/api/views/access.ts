import type { PlacedAccess } from '../../../shared/domain/access/access-of.ts';
import { hiddenPassword } from '../../../shared/domain/access/edit-access.ts';
import { openAccess } from '../../../shared/domain/access/http-access.ts';
import { type Environment, restrictsRobots } from '../../../shared/domain/environments/environment.ts';

/** The access settings of a site, without passwords. `enable_smtp` is constant, because Bough sends no mail. */
export function siteAccessView(environment: Environment, placed: PlacedAccess | null) {
  const { is_enabled, addresses, basic_auth } = placed?.access ?? openAccess;
  const users = Object.keys(basic_auth).map((user) => [user, hiddenPassword]);
  return {
    http_access: { is_enabled, addresses, basic_auth: Object.fromEntries(users) },
    enable_smtp: false,
    restrict_robots: restrictsRobots(environment),
  };
}
