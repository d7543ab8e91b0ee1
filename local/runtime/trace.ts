import { randomBytes } from 'node:crypto';

/**
 * Creates the header of a new trace: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html
 * A function that a queue invokes starts a new trace too; X-Ray links it to the traces of the messages' senders.
 */
export function newTrace(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${hex(12)};Parent=${hex(8)};Sampled=1`;
}

function hex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
