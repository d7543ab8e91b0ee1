/** For clients whose calls are small: an answer that takes this long is none. The SDK itself would wait for ever. */
export const timeouts = {
  requestHandler: {
    connectionTimeout: 3_000,
    requestTimeout: 10_000,
    // Without this the SDK writes a warning and goes on waiting.
    throwOnRequestTimeout: true,
    // The former ends with the answer's first byte, this one with its last.
    socketTimeout: 10_000,
  },
};
