/** True for a message with which Bitbucket rejects the caller's IP address. */
export function isAllowListRefusal(words: string): boolean {
  return /\b(?:allow|white)[- ]?list/i.test(words);
}

/** The remedy for a rejected IP address. */
export const allowListRemedy =
  'Add the addresses that Bough calls from to the allowed IP addresses of the Bitbucket workspace; Bough has fixed addresses in a VPC with a NAT gateway.';
