/** For clients whose calls are small: an answer that takes this long is none. The SDK itself would wait for ever. */
export const timeouts = { requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000 } };
