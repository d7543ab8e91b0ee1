import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isSigned, type LogLink, logPath } from '../../shared/runtime/log-link.ts';
import { anIntegration, projectId } from '../support/builders.ts';
import { openSecrets } from '../support/doubles.ts';
import { memoryStores } from '../support/memory-stores.ts';

const activity = 'activity23456';
/** The result of `openssl dgst -sha256 -hmac log-key` for `log abcdefghijklm activity23456`. */
const signature = 'kq_0AhBWtJ4CP7GsOD0mZctPc4NH2jtXkQRLu4hJmrk';
const link: LogLink = { project: projectId, activity, signature };

/** Whether a link opens a log, with these integrations. */
async function opens(changes: Partial<LogLink>, ...those: ReturnType<typeof anIntegration>[]) {
  const { integrations } = memoryStores();
  for (const integration of those) await integrations.save(integration);
  return isSigned({ integrations, secrets: openSecrets }, { ...link, ...changes });
}

describe("the link to an activity's log", () => {
  it('is signed with the log key of its integration', async () => {
    expect(await logPath(openSecrets, anIntegration(), activity)).toBe(
      `/logs/${projectId}/${activity}/${signature}`,
    );
  });

  it('is the URL of the management API when the integration has no log key', async () => {
    const before = anIntegration({ sealed_log_key: null });

    expect(await logPath(openSecrets, before, activity)).toBe(
      `/projects/${projectId}/activities/${activity}/log`,
    );
  });

  it('opens the log', async () => {
    expect(await opens({}, anIntegration())).toBe(true);
  });

  it.each([
    ['another activity', { activity: 'activity23457' }],
    ['another project', { project: 'another' }],
    ['another signature', { signature: signature.replace('k', 'l') }],
    ['a shorter signature', { signature: signature.slice(0, -1) }],
    ['a longer signature', { signature: `${signature}=` }],
    ['no signature', { signature: '' }],
    ['multi-byte characters', { signature: signature.replace('k', 'é') }],
  ])('opens nothing with %s', async (_, changes) => {
    const another = anIntegration({
      project: 'another',
      id: 'another',
      sealed_log_key: 'sealed:another-key',
    });

    expect(await opens(changes, anIntegration(), another)).toBe(false);
  });

  it('opens nothing with the key of another project or without a key', async () => {
    expect(await opens({}, anIntegration({ sealed_log_key: 'sealed:another-key' }))).toBe(false);
    expect(await opens({}, anIntegration({ sealed_log_key: null }))).toBe(false);
    expect(await opens({}, anIntegration({ sealed_log_key: 'sealed:' }))).toBe(false);
    expect(await opens({})).toBe(false);
  });

  it('opens exactly one log of the project', async () => {
    const id = fc.stringMatching(/^[a-z2-7]{13}$/);
    await fc.assert(
      fc.asyncProperty(id, id, async (one, other) => {
        const path = await logPath(openSecrets, anIntegration(), one);
        const mine = path.slice(path.lastIndexOf('/') + 1);
        expect(await opens({ activity: one, signature: mine }, anIntegration())).toBe(true);
        expect(await opens({ activity: other, signature: mine }, anIntegration())).toBe(one === other);
      }),
    );
  });

  it('causes no read when it is malformed', async () => {
    const listOf = () => Promise.reject(new Error('the table was read'));
    const ports = { integrations: { listOf }, secrets: openSecrets };

    expect(await isSigned(ports, { ...link, signature: 'guess' })).toBe(false);
    await expect(isSigned(ports, link)).rejects.toThrow('the table was read');
  });
});
