/** True for the words by which Bitbucket refuses a caller's address. */
export function isAllowListRefusal(words: string): boolean {
  return /\b(?:allow|white)[- ]?list/i.test(words);
}

export const allowListRemedy =
  'Add the addresses that Bough calls from to the allowed IP addresses of the Bitbucket workspace; Bough has fixed addresses in a VPC with a NAT gateway.';
