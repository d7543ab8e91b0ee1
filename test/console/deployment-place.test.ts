import { describe, expect, it } from 'vitest';
import { placeOf, placeText } from '../../console/api/deployment-place.ts';

const session = {
  api_url: 'https://api',
  region: 'eu-west-1',
  stack: 'bough',
  read_only: false,
  version: '1',
};
const caller = { arn: 'arn', account: '123456789012', name: 'ada', region: 'eu-central-1' };

describe('the place of a deployment', () => {
  it.each([
    [
      'is known after the first answers',
      session,
      caller,
      'account 123456789012, region eu-central-1, stack bough',
    ],
    [
      'is what the start of the console says before the API answers',
      session,
      undefined,
      'region eu-west-1, stack bough',
    ],
    [
      'is this machine for a local system, whatever region its functions read',
      { ...session, region: 'local', stack: null },
      { ...caller, region: 'us-east-1' },
      'account 123456789012, region local',
    ],
    ['is not known before any answer', undefined, undefined, ''],
  ])('%s', (_, one, other, text) => {
    expect(placeText(placeOf(one, other))).toBe(text);
  });
});
