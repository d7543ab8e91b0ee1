/** The access settings of Upsun's API. They are constant, because Bough does not control access to sites. */
export const openToAll = {
  http_access: { is_enabled: false, addresses: [], basic_auth: {} },
  enable_smtp: false,
  restrict_robots: false,
};
