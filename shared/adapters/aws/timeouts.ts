/** Timeouts for SDK clients with small requests. The SDK's default has no limit. */
export const timeouts = {
  requestHandler: {
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    // Without this option the SDK only logs a warning at the timeout.
    throwOnRequestTimeout: true,
    // requestTimeout ends with the response's first byte; socketTimeout covers the rest of the response.
    socketTimeout: 10_000,
  },
};
