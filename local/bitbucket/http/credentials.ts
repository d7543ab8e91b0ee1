import { createHmac, timingSafeEqual } from 'node:crypto';

/** A person, who may do everything on both faces with Basic credentials. */
export interface User {
  readonly name: string;
  readonly password: string;
}

export function equalSecrets(left: string, right: string): boolean {
  const digest = (text: string) => createHmac('sha256', 'compare').update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}

/** Reads `Authorization: Basic …`; undefined for anything else. */
export function parseBasic(
  authorization: string | undefined,
): { name: string; password: string } | undefined {
  const encoded = /^Basic\s+(.+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}

export function parseBearer(authorization: string | undefined): string | undefined {
  return /^Bearer\s+(.+)$/i.exec(authorization ?? '')?.[1];
}
