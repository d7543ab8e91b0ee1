import { describe, expect, it } from 'vitest';
import { failureOf } from '../../console/api/api-failure.ts';

describe('an error response', () => {
  it('has a message and a remedy', () => {
    const detail = { error: 'conflict', remedy: 'Try again.' };
    const failure = failureOf(409, { code: 409, message: 'A change came first.', detail });

    expect(failure).toMatchObject({
      message: 'A change came first.',
      code: 'conflict',
      remedy: 'Try again.',
    });
    expect(failure.isPassing).toBe(false);
  });

  it('has messages by field', () => {
    const failure = failureOf(400, { code: 400, detail: { name: 'Required' } });

    expect(failure).toMatchObject({ code: 'invalid', fields: { name: 'Required' } });
  });

  it.each([null, 'text', {}, { message: 'Forbidden' }, []])('that is %j has the status', (body) => {
    expect(failureOf(403, body).message).toBe('The API responded with status 403.');
  });

  it.each([
    [502, 'api_unreachable', true],
    [504, 'api_timeout', true],
    [429, 'rate_limited', true],
    [401, 'credentials_expired', true],
    [401, 'wrong_token', false],
    [403, 'read_only', false],
    [404, 'not_found', false],
  ])('with status %i and the code %s is passing: %s', (status, error, isPassing) => {
    const failure = failureOf(status, { code: status, message: '…', detail: { error, remedy: '…' } });

    expect(failure.isPassing).toBe(isPassing);
  });
});
