import { describe, expect, it } from 'vitest';
import { logPath } from '../../../shared/runtime/log-link.ts';
import { call } from '../../support/api-events.ts';
import {
  anActivity,
  anEndedActivity,
  anEnvironment,
  apiWorld,
  logKey,
  plainSecrets,
} from '../../support/api-world.ts';
import { anIntegration, aProject, projectId } from '../../support/builders.ts';

/** A project with an ended, a running and a pending activity. */
async function aWorld() {
  const world = apiWorld();
  const sealed_log_key = await plainSecrets.seal('log', anIntegration(), logKey);
  const integration = anIntegration({ sealed_log_key });
  await world.projects.save(aProject());
  await world.integrations.save(integration);
  const waiting = anActivity({ id: 'waiting', state: 'pending', started_at: null });
  await world.environments.save(anEnvironment({ activities: [anActivity({ id: 'running' }), waiting] }), [
    anEndedActivity({ id: 'ended', result: 'failure' }),
    anEndedActivity({ id: 'other' }),
  ]);
  const linkTo = (activity: string) => logPath(plainSecrets, integration, activity);
  return { ...world, integration, linkTo };
}

describe('a link to a log', () => {
  it('returns text that browsers neither interpret nor cache', async () => {
    const { handler, writeLog, linkTo } = await aWorld();
    writeLog(projectId, 'ended', 'Building', '<b>größer</b>');

    const { status, text, headers } = await call(handler, 'GET', await linkTo('ended'));

    expect(status).toBe(200);
    expect(text).toBe('Building\n<b>größer</b>\n');
    expect(headers).toEqual({
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'",
      'cache-control': 'no-store',
    });
  });

  it.each(['running', 'waiting'])('says that an open log is incomplete, and reloads: %s', async (id) => {
    const { handler, writeLog, linkTo } = await aWorld();
    writeLog(projectId, id, 'Building');

    const { status, text, headers } = await call(handler, 'GET', await linkTo(id));

    expect(status).toBe(200);
    expect(text).toBe('Building\n\nThis is not the end yet: the page reloads itself.\n');
    expect(headers).toMatchObject({ refresh: '5', 'cache-control': 'no-store' });
  });

  it('removes control sequences of terminals', async () => {
    const { handler, writeLog, linkTo } = await aWorld();
    writeLog(projectId, 'ended', '\u001b[31mred\u001b[0m\tand \u001b]8;;https://example.org\u0007linked');

    expect((await call(handler, 'GET', await linkTo('ended'))).text).toBe('red\tand linked\n');
  });

  it('removes the id of the AWS account', async () => {
    const { handler, writeLog, linkTo } = await aWorld();
    writeLog(projectId, 'ended', 'User: arn:aws:sts::123456789012:assumed-role/Builder/x may not do this');

    expect((await call(handler, 'GET', await linkTo('ended'))).text).toBe('User: [ARN] may not do this\n');
  });

  it('shows the end of a log that is too long, and says so', async () => {
    const { handler, writeLog, linkTo } = await aWorld();
    writeLog(projectId, 'ended', ...Array.from({ length: 8 }, (_, n) => `${n} ${'\n'.repeat(500_000)}`));

    const { text } = await call(handler, 'GET', await linkTo('ended'));

    expect(JSON.stringify(text).length).toBeLessThan(6_000_000);
    expect(text).toMatch(/^The beginning is left out: .*\n\n4 \n/);
    expect(text).toContain('\n7 \n');
  });

  it('opens no other log', async () => {
    const { handler, writeLog, linkTo } = await aWorld();
    writeLog(projectId, 'other', 'a secret');
    const link = await linkTo('ended');

    const { status, text } = await call(handler, 'GET', link.replace('/ended/', '/other/'));

    expect(status).toBe(404);
    expect(text).not.toContain('a secret');
  });

  it('gets the same response for every kind of invalid link', async () => {
    const { handler, writeLog, linkTo, reported } = await aWorld();
    writeLog(projectId, 'ended', 'Building');
    const link = await linkTo('ended');
    const signature = link.slice(link.lastIndexOf('/') + 1);

    const answers = [];
    for (const path of [
      await linkTo('never-was'),
      `/logs/${projectId}/ended/${'A'.repeat(43)}`,
      `/logs/${projectId}/never-was/${'A'.repeat(43)}`,
      `/logs/another/ended/${signature}`,
      `${link}x`,
      `${link}/more`,
      `/logs/${projectId}/ended/guess`,
    ]) {
      answers.push(await call(handler, 'GET', path));
    }

    expect(answers[0]).toMatchObject({ status: 404, text: 'There is no such log.\n' });
    expect(answers[0]?.headers).toHaveProperty('content-security-policy', "default-src 'none'");
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(reported).toEqual([]);
  });

  it('becomes invalid with the deletion of its integration', async () => {
    const { handler, integrations, integration, linkTo } = await aWorld();
    const link = await linkTo('ended');
    expect((await call(handler, 'GET', link)).status).toBe(200);

    await integrations.remove(integration);

    expect((await call(handler, 'GET', link)).status).toBe(404);
  });

  it.each(['POST', 'DELETE'])('does not accept %s', async (method) => {
    const { handler, linkTo } = await aWorld();

    expect((await call(handler, method, await linkTo('ended'))).status).toBe(404);
  });

  it('reaches no other route in any encoding', async () => {
    const { handler } = await aWorld();

    for (const path of [
      '/logs/../projects',
      '/logs/..%2Fprojects/x/y',
      `/logs/x/../../projects/${projectId}`,
    ]) {
      expect((await call(handler, 'GET', path)).status).toBe(404);
    }
  });

  it("is not written to the function's log when the request fails", async () => {
    const { handler, ports, reported, linkTo } = await aWorld();
    ports.logs.read = () => Promise.reject(new Error('S3 is down'));
    const link = await linkTo('ended');

    const { status, text } = await call(handler, 'GET', link);

    expect(status).toBe(500);
    expect(text).not.toContain('S3');
    expect(reported).toMatchObject([{ fields: { path: `/logs/${projectId}/ended` } }]);
    expect(JSON.stringify(reported)).not.toContain(link.slice(link.lastIndexOf('/') + 1));
  });
});
