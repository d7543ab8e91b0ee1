import { expect, it } from 'vitest';
import type { Effect } from '../../../shared/domain/activities/effect.ts';
import { BoughError } from '../../../shared/errors.ts';
import { bind } from '../../../shared/runtime/bind.ts';
import { postponeEffect } from '../../../shared/workflow/activities/postpone-effect.ts';
import { projectId } from '../../support/builders.ts';
import { aClock, aLog } from '../../support/doubles.ts';

const stop: Effect = { type: 'build.stop', project: projectId, environment: 'feature/x', build: 'running' };
const obstacle = new BoughError('git_host_unavailable', 'Bitbucket is away.', { retryAfter: 1200 });

function aQueue() {
  const clock = aClock();
  const sent: [readonly Effect[], number | undefined][] = [];
  const effects = {
    send: async (messages: readonly Effect[], delay?: number) => void sent.push([messages, delay]),
  };
  return {
    clock,
    sent,
    postpone: bind(postponeEffect, { effects, clock, log: aLog().log, chance: () => 0 }),
  };
}

it("an effect that an outage delays is sent again within SQS's longest delay, with the start of the outage", async () => {
  const { clock, sent, postpone } = aQueue();
  await postpone(stop, obstacle);
  expect(sent).toEqual([[[{ ...stop, delayed_since: clock.now() }], 900]]);
});

it('an effect delayed for six hours is given up with its reason', async () => {
  const { clock, sent, postpone } = aQueue();
  const delayed = { ...stop, delayed_since: clock.now() };
  clock.pass(6 * 60);
  await expect(postpone(delayed, obstacle)).rejects.toBe(obstacle);
  expect(sent).toEqual([]);
});
