import { createHmac } from 'node:crypto';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { webhookFormats } from '../../../shared/providers/webhook-formats.ts';
import { systemClock } from '../../../shared/runtime/clock.ts';
import { acceptDelivery } from '../../../shared/workflow/deliveries/accept-delivery.ts';
import { anIntegration } from '../../support/builders.ts';
import { alternate, type Measured, median, type Part } from '../part.ts';
import { installPeers, peersDirectory } from '../peers.ts';

const secret = 'bench';
/** Deliveries of one round. */
const count = 2000;
const hash = 'a'.repeat(40);

const body = JSON.stringify({
  push: { changes: [{ old: null, new: { type: 'branch', name: 'main', target: { hash } } }] },
  repository: { uuid: anIntegration().repository_uuid, full_name: anIntegration().repository },
  // Real payloads describe commits, authors and links.
  description: 'x'.repeat(5000),
});
const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

const Peer = z.object({ Webhooks: z.custom<new (options: { secret: string }) => Webhooks>() });
interface Webhooks {
  on(event: string, handler: () => void): void;
  verifyAndReceive(delivery: {
    id: string;
    name: string;
    payload: string;
    signature: string;
  }): Promise<unknown>;
}

/** The work of a warm webhook without its calls to AWS, beside the library for GitHub's webhooks. */
export const webhookWarm: Part = {
  name: 'webhook-warm',
  title: 'The warm webhook',
  text: `Verifies and parses a signed delivery of 5 KB, without the calls to AWS, beside \`@octokit/webhooks\`, which does the same for GitHub. The HMAC and the parsing of JSON dominate both; on Lambda the three calls to AWS take a hundred times as long.`,
  async run({ isQuick, say }): Promise<Measured[]> {
    await installPeers(say);
    const resolve = createRequire(join(peersDirectory, 'package.json')).resolve;
    const { Webhooks } = Peer.parse(await import(pathToFileURL(resolve('@octokit/webhooks')).href));
    const octokit = new Webhooks({ secret });
    octokit.on('push', () => undefined);
    const integration = anIntegration();
    const ports = {
      integrations: { get: async () => integration },
      secrets: { open: async () => secret },
      events: { send: async () => undefined },
      formats: webhookFormats,
      clock: systemClock,
      reportedRefusals: new Map<string, string>(),
    };
    const headers = { 'x-event-key': 'repo:push', 'x-hub-signature': signature };
    const microseconds = async (work: () => Promise<unknown>) => {
      const since = performance.now();
      for (let index = 0; index < count; index += 1) await work();
      return ((performance.now() - since) * 1000) / count;
    };
    const times = await alternate(isQuick ? 2 : 7, {
      bough: () =>
        microseconds(() =>
          acceptDelivery(ports, integration.project, integration.id, {
            headers,
            id: 'id',
            body: Buffer.from(body),
          }),
        ),
      octokit: () =>
        microseconds(() => octokit.verifyAndReceive({ id: 'id', name: 'push', payload: body, signature })),
    });
    const [own, peer] = [median(times.bough), median(times.octokit)];
    return [
      { what: 'Bough', value: own, unit: 'µs' },
      { what: '@octokit/webhooks', value: peer, unit: 'µs' },
      { what: 'ratio', value: own / peer, unit: '' },
    ];
  },
};
