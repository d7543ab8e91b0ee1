import { describe, expect, it } from 'vitest';
import { readSettings, Settings } from '../../infra/settings.ts';

describe('Settings', () => {
  it('need nothing to be set', () => {
    expect(readSettings({})).toEqual({
      stackName: 'bough',
      pruneIntervalMinutes: 10,
      logRetentionDays: 30,
      retainData: false,
      builderPolicies: [],
      activityConcurrency: 10,
      bitbucketApiUrl: 'https://api.bitbucket.org/2.0',
      bitbucketGitUrl: 'https://bitbucket.org',
      bitbucketOauthUrl: 'https://bitbucket.org/site/oauth2/access_token',
    });
  });

  it('take the strings of the command line', () => {
    const settings = readSettings({ stackName: 'preview', pruneIntervalMinutes: '5' });

    expect(settings).toMatchObject({ stackName: 'preview', pruneIntervalMinutes: 5 });
  });

  it('take base URLs with and without a trailing slash', () => {
    expect(readSettings({ sitesUrl: 'https://preview.example.com/' }).sitesUrl).toBe(
      'https://preview.example.com',
    );
    expect(readSettings({ bitbucketApiUrl: 'http://127.0.0.1:4002' }).bitbucketApiUrl).toBe(
      'http://127.0.0.1:4002',
    );
  });

  it('take the policies of the builder as the command line and as JSON can say them', () => {
    const [one, other] = [
      'arn:aws:iam::aws:policy/AmazonECS_FullAccess',
      'arn:aws-cn:iam::123456789012:policy/x/y',
    ];

    expect(readSettings({ builderPolicies: `${one}, ${other}` }).builderPolicies).toEqual([one, other]);
    expect(readSettings({ builderPolicies: [one] }).builderPolicies).toEqual([one]);
  });

  it.each([
    ['true', true],
    ['false', false],
    [true, true],
    [false, false],
  ])('take %j for retainData', (given, taken) => {
    expect(readSettings({ retainData: given }).retainData).toBe(taken);
  });

  it("pass over the CDK's own keys", () => {
    const context = {
      'aws:cdk:bundling-stacks': ['**'],
      '@aws-cdk/core:checkSecretUsage': true,
      'availability-zones:account=1:region=eu-west-1': ['eu-west-1a'],
      'aws-cdk/something': 1,
      'acknowledged-issue-numbers': [1],
      'cli-telemetry': false,
    };

    expect(readSettings(context)).toEqual(readSettings({}));
  });

  it.each([
    ['pruneIntervalMinutes', '0', 'a whole number from 1 to 1440, not "0"'],
    ['pruneIntervalMinutes', 'often', 'a whole number from 1 to 1440, not "often"'],
    ['pruneIntervalMinutes', '2.5', 'a whole number from 1 to 1440, not "2.5"'],
    ['retainData', 'retain', 'true or false, not "retain"'],
    ['retainData', '', 'true or false, not ""'],
    [
      'builderPolicies',
      'AdministratorAccess',
      'ARNs of managed policies, separated by commas, not "AdministratorAccess"',
    ],
    ['builderPolicies', '', 'ARNs of managed policies, separated by commas, not ""'],
    ['alarmEmail', 'ops', 'an e-mail address, not "ops"'],
    ['activityConcurrency', 1, 'a whole number from 2 to 1000, not 1'],
    ['bitbucketApiUrl', 'api.bitbucket.org', 'an http or https URL, not "api.bitbucket.org"'],
    ['sitesUrl', 'ftp://example.com', 'an http or https URL, not "ftp://example.com"'],
    ['stackName', '1st', 'a letter and up to 63 letters, digits or hyphens, not "1st"'],
    ['stackName', true, 'a letter and up to 63 letters, digits or hyphens, not true'],
  ])('refuse %s=%s and say what it must be', (name, value, expected) => {
    expect(() => readSettings({ [name]: value })).toThrow(
      expect.objectContaining({
        name: 'DeploymentError',
        message: `The setting ${name} must be ${expected}.`,
      }),
    );
  });

  it('refuse days that CloudWatch Logs does not know and list those that it does', () => {
    expect(() => readSettings({ logRetentionDays: '31' })).toThrow(
      /must be one of 1, 3, .*, 3653, not "31"\.$/,
    );
  });

  it('refuse a name that is none and list those that are', () => {
    expect(() => readSettings({ pruneInterval: 5 })).toThrow(
      `Bough has no setting pruneInterval: choose from ${Object.keys(Settings.shape).join(', ')}.`,
    );
  });

  it('say everything that is wrong at once', () => {
    expect(() => readSettings({ activityConcurrency: 0, sitesUrl: '?', unknown: 1 })).toThrow(
      /activityConcurrency.*\n.*sitesUrl.*\n.*unknown/,
    );
  });

  it.each(Object.entries(Settings.shape))('explain %s', (_, setting) => {
    expect(setting.description).toMatch(/^[A-Z].*\.$/);
  });
});
