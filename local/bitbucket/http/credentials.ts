import { createHmac, timingSafeEqual } from 'node:crypto';

/** The user of the playground, who has every permission on both products with Basic credentials. */
export interface User {
  readonly name: string;
  readonly password: string;
}

/** Compares secrets in constant time. */
export function equalSecrets(left: string, right: string): boolean {
  const digest = (text: string) => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

/** Whether Basic credentials are those of the user. */
export function isUser(user: User, { name, password }: User): boolean {
  return name === user.name && equalSecrets(password, user.password);
}

/** Reads `Authorization: Basic …`; undefined for any other header. */
export function parseBasic(authorization: string | undefined): User | undefined {
  const encoded = /^Basic\s+(.+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** Reads the token of `Authorization: Bearer …`; undefined for any other header. */
export function parseBearer(authorization: string | undefined): string | undefined {
  return /^Bearer\s+(.+)$/i.exec(authorization ?? '')?.[1];
}
