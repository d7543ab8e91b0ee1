import { onTestFinished } from 'vitest';
import * as z from 'zod';
import type { Exchange } from './aws-models.ts';
import { startHttpServer } from './http-server.ts';
import { queryExchange } from './query-protocol.ts';

const Answer = z.looseObject({ __type: z.string().optional() });

/** Starts a proxy for a service of the JSON protocol that records all exchanges until the test ends. */
export async function aRecordingProxy(endpoint: string) {
  const exchanges: Exchange[] = [];
  const proxy = await startHttpServer(async ({ headers, body }) => {
    const target = String(headers['x-amz-target']);
    const authorization = String(headers.authorization);
    const answer = await fetch(endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': target, authorization },
      body,
    });
    const output = Answer.parse(await answer.json());
    exchanges.push({
      operation: target.split('.')[1] ?? '',
      input: JSON.parse(body),
      output: answer.ok ? output : null,
      error: answer.ok ? null : (output.__type ?? 'unnamed'),
    });
    return { status: answer.status, body: output };
  });
  onTestFinished(() => proxy.stop());
  return { endpoint: proxy.url, exchanges };
}

/** Starts a recording proxy for a service of the query protocol. */
export async function aQueryProxy(endpoint: string) {
  const exchanges: Exchange[] = [];
  const proxy = await startHttpServer(async ({ headers, body }) => {
    const authorization = String(headers.authorization);
    const answer = await fetch(endpoint, { method: 'POST', headers: { authorization }, body });
    const xml = await answer.text();
    exchanges.push(queryExchange(body, xml));
    return { status: answer.status, headers: { 'content-type': 'text/xml' }, body: xml };
  });
  onTestFinished(() => proxy.stop());
  return { endpoint: proxy.url, exchanges };
}
