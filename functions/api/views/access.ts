/** What Upsun's API tells of an environment's reachability. Whoever deploys a site decides about that by themselves. */
export const openToAll = {
  http_access: { is_enabled: false, addresses: [], basic_auth: {} },
  enable_smtp: false,
  restrict_robots: false,
};
