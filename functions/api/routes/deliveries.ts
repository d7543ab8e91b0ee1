import * as z from 'zod/mini';
import { Delivery } from '../../../shared/api/delivery.ts';
import { lastDeliveries } from '../../../shared/domain/deliveries/delivery-note.ts';
import { json } from '../framework/http.ts';
import { type Route, route } from '../framework/route.ts';
import type { ApiPorts } from '../ports.ts';
import { deliveryView } from '../views/delivery.ts';
import { findIntegration } from './integrations.ts';

/** The route of an integration's deliveries. */
export function deliveryRoutes(ports: ApiPorts): Route[] {
  return [
    // Not polled: notes of deliveries have no entries in the journal.
    route({
      method: 'GET',
      path: '/projects/{project}/integrations/{integration}/deliveries',
      id: 'list-projects-integrations-deliveries',
      summary: "List the last deliveries of an integration's webhook, newest first, with what became of each",
      find: (params) => findIntegration(ports, params),
      responses: { 200: z.array(Delivery) },
      async handle({ found: { project, id } }) {
        const deliveries = await lastDeliveries(ports.deliveries.listOf(project, id));
        return json(200, deliveries.map(deliveryView));
      },
    }),
  ];
}
