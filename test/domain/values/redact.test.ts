import { describe, expect, it } from 'vitest';
import { withoutAccount, withoutPermit, withoutSecrets } from '../../../shared/domain/values/redact.ts';

const role = 'arn:aws:sts::123456789012:assumed-role/Bough-ActivitiesRole/Function';

describe('the text of a build status', () => {
  it.each([
    [
      `User: ${role} is not authorized to perform: codebuild:StartBuild on resource: arn:aws:codebuild:eu-west-1:123456789012:project/Bough because`,
      'User: [ARN] is not authorized to perform: codebuild:StartBuild on resource: [ARN] because',
    ],
    ['The role is arn:aws-us-gov:iam::123456789012:role/Bough.', 'The role is [ARN].'],
    ['There is no bucket (arn:aws:s3:::bough-sites/*), it says', 'There is no bucket ([ARN]), it says'],
    ['{"Resource":"arn:aws-cn:sqs:cn-north-1:123456789012:Events"}', '{"Resource":"[ARN]"}'],
    [
      'https://sqs.eu-west-1.amazonaws.com/123456789012/Events',
      'https://sqs.eu-west-1.amazonaws.com/[account]/Events',
    ],
    ['cdk-hnb659fds-assets-123456789012-eu-west-1', 'cdk-hnb659fds-assets-[account]-eu-west-1'],
    ['backup_123456789012 and 210987654321', 'backup_[account] and [account]'],
  ])('names no account and nothing in it: %s', (text, shown) => {
    expect(withoutAccount(text)).toBe(shown);
  });

  it.each([
    'Deployed 1a2b3c4',
    'The mirror lacks 7c12345678901200aa0b1c2d3e4f5061728394a5',
    'pull request #12345678901 is not open any more',
    'It took 1234567890123 ms',
    'the barn:aws is red',
  ])('is left as it is where there is none: %s', (text) => {
    expect(withoutAccount(text)).toBe(text);
  });
});

describe('a text for readers without an account', () => {
  it.each([
    [
      'https://x-token-auth:AbC123@bitbucket.org/acme/website.git failed',
      'https://bitbucket.org/acme/website.git failed',
    ],
    ['git+ssh://ada@git.example.org/x', 'git+ssh://git.example.org/x'],
    [
      'GET https://s3.example.org/log?X-Amz-Credential=AKIA/1&X-Amz-Signature=0af1&part=2',
      'GET https://s3.example.org/log?X-Amz-Credential=[secret]&X-Amz-Signature=[secret]&part=2',
    ],
    ['https://example.org/?access_token=abc#top', 'https://example.org/?access_token=[secret]#top'],
    ['asked by Ada <ada.lovelace+ci@example.org>.', 'asked by Ada <[address]>.'],
    [`${role} may not do this`, '[ARN] may not do this'],
  ])('has no credentials, no addresses and no account: %s', (text, shown) => {
    expect(withoutSecrets(text)).toBe(shown);
  });

  it.each([
    '1a2b3c4 was pushed to feature/cart@2',
    'https://example.org/a?page=2&keyword',
    'npm install @acme/website@1.2.3',
    'a@b',
  ])('is otherwise as it was: %s', (text) => {
    expect(withoutSecrets(text)).toBe(text);
  });
});

describe('a message that is shown', () => {
  const permit = 'kC2s-_Xw'.repeat(5);
  const endOf = (...variables: object[]) =>
    JSON.stringify({ detail: { environment: { 'environment-variables': variables } } });
  const project = { name: 'BOUGH_PROJECT', type: 'PLAINTEXT', value: 'p1' };

  it.each([
    [
      'as CodeBuild writes it',
      endOf(project, { name: 'BOUGH_PERMIT', type: 'PLAINTEXT', value: permit }, project),
    ],
    ['in another order', endOf({ value: permit, type: 'PLAINTEXT', name: 'BOUGH_PERMIT' }, project)],
    ['with spaces', JSON.stringify(JSON.parse(endOf({ name: 'BOUGH_PERMIT', value: permit })), null, 2)],
    ['cut off', endOf({ name: 'BOUGH_PERMIT', value: permit }).replace(/\}[\]}]*$/, '}')],
  ])('does not have the permit of a build: %s', (_, body) => {
    const shown = withoutPermit(body);

    expect(body).toContain(permit);
    expect(shown).toBe(body.replace(permit, '[secret]'));
  });

  it.each([endOf(project), '{"name":"BOUGH_PERMITS","value":"x"}', 'BOUGH_PERMIT', ''])(
    'is otherwise as it was: %s',
    (body) => {
      expect(withoutPermit(body)).toBe(body);
    },
  );
});
