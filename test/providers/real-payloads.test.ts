import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Delivery } from '../../shared/domain/deliveries/delivery.ts';
import type { SourceEvent } from '../../shared/domain/deliveries/source-event.ts';
import type { IntegrationType } from '../../shared/domain/integrations/integration-type.ts';
import { webhookFormats } from '../../shared/providers/webhook-formats.ts';
import { cloudAnswers, cloudPayloads } from './real-payloads/cloud.ts';
import { serverAnswers, serverPayloads } from './real-payloads/server.ts';

const products = [
  { folder: 'cloud', type: 'bitbucket', payloads: cloudPayloads, answers: cloudAnswers },
  { folder: 'server', type: 'bitbucket_server', payloads: serverPayloads, answers: serverAnswers },
] as const;

/** Real payloads and answers are named `source__event__what.json`; `api-…` for an event is a call. */
function listFiles(folder: string) {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
  const bodies = files.filter((file) => !file.endsWith('.headers.json'));
  const isAnswer = (file: string) => file.includes('__api-');
  return {
    isThere: files.length > 0,
    payloads: bodies.filter((file) => !isAnswer(file)),
    answers: bodies.filter(isAnswer),
  };
}

/** As it was delivered: with its own headers where they are known. */
function readDelivery(file: string): Delivery {
  const event = (file.split('__')[1] ?? '').replaceAll('.', ':');
  const captured = file.replace(/\.json$/, '.headers.json');
  const headers: [string, unknown][] = existsSync(captured)
    ? Object.entries(JSON.parse(readFileSync(captured, 'utf8')))
    : [['x-event-key', event]];
  return {
    headers: Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), String(value)])),
    body: readFileSync(file),
  };
}

function meaningOf(type: IntegrationType, delivery: Delivery): string[] {
  const { events, ignored } = webhookFormats[type].parse(delivery);
  return [...events.map(lineOf), ...ignored.map(({ because }) => `nothing: ${because}`)];
}

function lineOf(event: SourceEvent): string {
  if (event.type === 'branch.pushed') return `${event.type} ${event.branch} ${event.commit}`;
  if (event.type === 'tags.changed') return event.type;
  if (event.type === 'repository.changed') return `${event.type} ${event.repository ?? 'without a name'}`;
  if ('branch' in event) return `${event.type} ${event.branch}`;
  if ('number' in event) return `${event.type} #${event.number}`;
  const { number, source, target, fork } = event.pull_request;
  const from = `${fork ? `${source.repository}:` : ''}${source.branch}@${source.commit}`;
  return `${event.type} #${number} ${from} -> ${target.branch}`;
}

for (const { folder: name, type, payloads, answers } of products) {
  const folder = join(import.meta.dirname, '../../../shared/fixtures', name);
  const files = listFiles(folder);
  const skipped = files.isThere ? '' : ` (skipped: there is no ${folder})`;

  describe.skipIf(!files.isThere)(`real deliveries to an integration of type ${type}${skipped}`, () => {
    it.each(files.payloads)('%s', (file) => {
      expect(meaningOf(type, readDelivery(join(folder, file)))).toEqual(payloads[file]);
    });

    const telling = files.payloads.filter((file) =>
      payloads[file]?.some((line) => !line.startsWith('nothing: ')),
    );
    it.each(telling)('%s contains its repository', (file) => {
      const { repository } = webhookFormats[type].parse(readDelivery(join(folder, file)));
      expect(repository.full_name).toMatch(/^[^/]+\/[^/]+$/);
    });

    it('are all covered by this test', () => {
      expect(files.payloads).toEqual(Object.keys(payloads).sort());
    });
  });

  describe.skipIf(!files.isThere)(`real responses for an integration of type ${type}${skipped}`, () => {
    it.each(files.answers.filter((file) => answers[file]))('%s is parsed', (file) => {
      const answer: unknown = JSON.parse(readFileSync(join(folder, file), 'utf8'));
      expect(answers[file]?.safeParse(answer).error).toBeUndefined();
    });

    it('are all covered by this test', () => {
      expect(files.answers).toEqual(Object.keys(answers).sort());
    });
  });
}
