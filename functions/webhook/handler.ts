import middy from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Delivery } from '../../shared/domain/deliveries/delivery.ts';
import { BoughError } from '../../shared/errors.ts';
import type { Log } from '../../shared/ports/log.ts';
import { deliveryId } from '../../shared/providers/deliveries/delivery-id.ts';
import type { Bound } from '../../shared/runtime/bind.ts';
import type { acceptDelivery } from '../../shared/workflow/deliveries/accept-delivery.ts';

interface Ports {
  accept: Bound<typeof acceptDelivery>;
  log: Log;
}

type Event = APIGatewayProxyEventV2;
type Response = APIGatewayProxyStructuredResultV2;

/**
 * Handles `POST /projects/{project}/integrations/{integration}/hook`. CloudWatch metrics count the field `result` of
 * the log line of each delivery.
 */
export function createHandler({ accept, log }: Ports) {
  return middy<Event, Response>()
    .onError((request) => {
      request.response = refuse(request.error, log, request.event);
    })
    .handler(async (event: Event): Promise<Response> => {
      const { project = '', integration = '' } = event.pathParameters ?? {};
      const { status, delivery, ...response } = await accept(project, integration, deliveryOf(event));
      const result = response.accepted.length > 0 ? 'accepted' : 'ignored';
      log.info('delivery accepted', { project, integration, delivery, result, ...response });
      return json(status, response);
    });
}

/** The delivery with its body as bytes. The signature covers the bytes, so they must not be decoded and encoded again. */
function deliveryOf(event: Event): Delivery {
  return {
    headers: headersOf(event),
    // The access log of API Gateway has the same id.
    id: event.requestContext.requestId,
    body: Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8'),
  };
}

function headersOf({ headers }: Event): Delivery['headers'] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** Responds to a failed delivery. Body and headers are not logged: they are untrusted and can contain a signature. */
function refuse(error: unknown, log: Log, event: Event): Response {
  const { project, integration } = event.pathParameters ?? {};
  const delivery = deliveryId(headersOf(event)) ?? event.requestContext.requestId;
  if (error instanceof BoughError && error.disposition === 'reject') {
    log.warn('delivery refused', {
      project,
      integration,
      delivery,
      result: 'rejected',
      code: error.code,
      because: error.message,
    });
    return json(error.status, {
      error: error.code,
      message: error.message,
      remedy: error.remedy,
      fields: error.fields,
    });
  }
  log.error('delivery failed', { project, integration, delivery, result: 'failed', error });
  return json(500, {
    error: 'internal',
    message: 'The delivery could not be processed. The next scheduled prune finds its changes.',
  });
}

function json(statusCode: number, body: object): Response {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
