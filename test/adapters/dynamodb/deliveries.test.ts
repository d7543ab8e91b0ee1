import { expect, it } from 'vitest';
import { dynamoDeliveries } from '../../../shared/adapters/aws/dynamodb/deliveries.ts';
import type { Table } from '../../../shared/adapters/aws/dynamodb/table.ts';
import { boundedNote } from '../../../shared/domain/deliveries/delivery-note.ts';
import { newActivityId, newId } from '../../../shared/runtime/ids.ts';
import { start } from '../../support/builders.ts';

/** The size of a value as DynamoDB counts it, or a little more. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value === 'number') return 21;
  if (typeof value !== 'object' || value === null) return 1;
  const inside = Array.isArray(value) ? value.map((one) => ['', one]) : Object.entries(value);
  return inside.reduce((sum, [name, one]) => sum + Buffer.byteLength(name) + sizeOf(one) + 1, 3);
}

it.each(['x', 'ü', '枝', '🌳', '👩‍👩‍👧‍👦'])(
  'a note of long texts of "%s" takes one write unit',
  async (character) => {
    const items: object[] = [];
    const save: Table['save'] = async (place, item) => void items.push({ ...item, ...place });
    const long = character.repeat(3000);
    const change = {
      type: 'pull_request.superseded',
      branch: long,
      pull_request: Number.MAX_SAFE_INTEGER,
      verdict: 'change',
      because: long,
      activity: newActivityId(new Date()),
    } as const;
    const ignored = [character.repeat(20), ...Array.from({ length: 20 }, () => long)];
    const note = { delivery: 'x'.repeat(64), at: start, event: long, position: 199, ignored, change };

    await dynamoDeliveries({ save, query: async function* () {} }).record(
      newId(),
      newId(),
      boundedNote(note),
    );

    expect(items).toHaveLength(1);
    expect(sizeOf(items[0])).toBeLessThanOrEqual(1024);
  },
);
