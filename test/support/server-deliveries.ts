import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Delivery } from '../../shared/domain/deliveries/delivery.ts';

const fixtures = join(import.meta.dirname, '../fixtures/bitbucket-server');

/** The names of all payloads that were written for this project. */
export const serverFixtureNames: readonly string[] = readdirSync(fixtures)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length))
  .sort();

/** One of this project's payloads. */
export function serverFixture(name: string): { eventKey?: string } {
  return JSON.parse(readFileSync(join(fixtures, `${name}.json`), 'utf8'));
}

/** The event that a payload names, as all but the connection test do. */
export function serverEventOf(name: string): string {
  return serverFixture(name).eventKey ?? 'diagnostics:ping';
}

/** One of this project's payloads, as Bitbucket Server delivers it. */
export function serverFixtureDelivery(name: string): Delivery {
  return serverDelivery(serverEventOf(name), readFileSync(join(fixtures, `${name}.json`)));
}

/** A delivery with Bitbucket Server's headers, unsigned. Anything but bytes becomes JSON. */
export function serverDelivery(event: string | undefined, body: unknown): Delivery {
  return {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'Atlassian HttpClient 4.2.0 / Bitbucket-9.5.2 (9005002) / Default',
      'x-event-key': event,
      'x-request-id': '7b1c4a0e-5a5f-4a31-9d0a-6a53c4d9f0c2',
    },
    body: body instanceof Uint8Array ? body : Buffer.from(JSON.stringify(body)),
  };
}
