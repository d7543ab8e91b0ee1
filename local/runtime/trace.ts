import { randomBytes } from 'node:crypto';

/**
 * The header of a trace that nobody has begun before: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html
 * Also a function that a queue invokes begins one of its own, which X-Ray links to those of the messages' senders.
 */
export function newTrace(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${hex(12)};Parent=${hex(8)};Sampled=1`;
}

function hex(bytes: number): string {
  return randomBytes(bytes).toString('hex');
}
