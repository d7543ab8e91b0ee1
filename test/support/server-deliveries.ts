import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Delivery } from '../../shared/domain/deliveries/delivery.ts';

const fixtures = join(import.meta.dirname, '../fixtures/bitbucket-server');

/** The names of all Bitbucket Server fixtures, without `.json`. */
export const serverFixtureNames: readonly string[] = readdirSync(fixtures)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length))
  .sort();

/** The parsed payload of a fixture. */
export function serverFixture(name: string): { eventKey?: string } {
  return JSON.parse(readFileSync(join(fixtures, `${name}.json`), 'utf8'));
}

/** The event key of a fixture. Only the payload of the connection test has no `eventKey`. */
export function serverEventOf(name: string): string {
  return serverFixture(name).eventKey ?? 'diagnostics:ping';
}

/** A fixture as an unsigned delivery of Bitbucket Server. */
export function serverFixtureDelivery(name: string): Delivery {
  return serverDelivery(serverEventOf(name), readFileSync(join(fixtures, `${name}.json`)));
}

/** An unsigned delivery with Bitbucket Server's headers. A body other than bytes is encoded as JSON. */
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
