import { describe, expect, it } from 'vitest';
import { fieldProblems, inputOf, problemsIn } from '../../console/pages/settings/integrations/form-input.ts';
import { newValues, valuesOf } from '../../console/pages/settings/integrations/form-values.ts';
import { missingWebhook } from '../../console/pages/settings/integrations/missing-webhook.ts';
import { parseSection } from '../../console/pages/settings/section.ts';
import { integrationView } from '../../functions/api/views/integration.ts';
import { defaultOptions } from '../../shared/domain/integrations/integration.ts';
import { anIntegration, aServerIntegration } from '../support/builders.ts';

const cloud = { ...newValues, repository: ' acme/website ', key: 'key', secret: 'secret' };
const server = { ...newValues, url: 'https://git.example.org', username: 'wile', token: 't' };

describe('the form of an integration', () => {
  it('has the defaults of the API', () => {
    const { adopt, ...input } = { adopt: true, ...inputOf('bitbucket', cloud, null) };

    expect(adopt).toBe(false);
    expect(input).toEqual({
      type: 'bitbucket',
      repository: 'acme/website',
      app_credentials: { key: 'key', secret: 'secret' },
      ...defaultOptions,
    });
  });

  it.each([
    ['in one field', { repository: 'acme/website', project: '' }, { repository: 'acme/website' }],
    ['in two fields', { repository: 'website', project: 'ACME' }, { repository: 'website', project: 'ACME' }],
    ['twice', { repository: 'acme/website', project: 'Acme Shop' }, { repository: 'acme/website' }],
  ])('accepts the project and the repository of a server %s', (_, entered, sent) => {
    const { project, repository } = {
      project: undefined,
      repository: '',
      ...inputOf('bitbucket_server', { ...server, ...entered }, null),
    };

    expect({ repository, ...(project === undefined ? {} : { project }) }).toEqual(sent);
  });

  it('turns pruning off with fetching', () => {
    expect(inputOf('bitbucket', { ...cloud, fetch_branches: false }, null)).toMatchObject({
      fetch_branches: false,
      prune_branches: false,
    });
  });

  it('sends only the changed fields, so that changes of others stay', () => {
    const before = valuesOf(integrationView(anIntegration(), 'https://api.example.org'));
    expect(inputOf('bitbucket', { ...before, prune_grace_hours: '5' }, before)).toEqual({
      prune_grace_hours: 5,
    });
    expect(inputOf('bitbucket', before, before)).toEqual({});
  });

  it('changes neither the secret nor the repository that nobody has entered', () => {
    const before = valuesOf(integrationView(anIntegration(), 'https://api.example.org'));
    const input = inputOf('bitbucket', { ...before, resync_pull_requests: true }, before);

    expect(input).toMatchObject({ resync_pull_requests: true });
    expect(input).not.toHaveProperty('app_credentials');
    expect(input).not.toHaveProperty('repository');
    expect(problemsIn('bitbucket', before, before)).toEqual({});
  });

  it('wants the secret again for another key or another server, which must not get the stored one', () => {
    const one = valuesOf(integrationView(anIntegration(), 'https://api.example.org'));
    const two = valuesOf(integrationView(aServerIntegration(), 'https://api.example.org'));

    expect(problemsIn('bitbucket', { ...one, key: 'other' }, one)).toEqual({ secret: 'Required' });
    expect(problemsIn('bitbucket_server', { ...two, url: 'https://evil.example' }, two)).toEqual({
      token: 'Required',
    });
  });

  it('finds missing texts and wrong numbers without the API', () => {
    expect(problemsIn('bitbucket', { ...newValues, prune_grace_hours: '1.5' }, null)).toEqual({
      repository: 'Required',
      key: 'Required',
      secret: 'Required',
      prune_grace_hours: 'Must be a whole number',
    });
    expect(Object.keys(problemsIn('bitbucket_server', newValues, null))).toEqual([
      'url',
      'username',
      'token',
      'repository',
    ]);
  });

  it('shows each message of the API under its field, and others above the buttons', () => {
    const fields = {
      app_credentials: 'refused',
      'prune_limit.percent': 'too much',
      type: 'has one',
      token: 'no',
    };

    expect(fieldProblems('bitbucket', fields)).toEqual({
      problems: { secret: 'refused', 'prune_limit.percent': 'too much' },
      others: ['has one', 'no'],
    });
  });
});

describe('the webhook of an integration', () => {
  const failed = {
    id: 'a1',
    result: 'failure',
    completed_at: '2026-11-22T10:00:00.000Z',
    payload: { because: 'Bitbucket refused it.', commit: null, waiting: null },
  } as const;
  const underWay = { ...failed, result: null, completed_at: null };

  it.each([
    ['is not missing before a registration', [], null, false],
    ['is missing after a refused one', [failed], null, true],
    ['is missing when the last delivery came before it', [failed], '2026-11-22T09:00:00.000Z', true],
    ['is not missing after a delivery', [failed], '2026-11-22T11:00:00.000Z', false],
    ['is not missing while the next registration runs', [underWay, failed], null, false],
  ])('%s', (_, registrations, last_delivery_at, isMissing) => {
    expect(missingWebhook({ last_delivery_at }, registrations) !== null).toBe(isMissing);
  });
});

describe('the address of a part of the settings', () => {
  it.each([
    [[], { name: 'general' }],
    [['integrations'], { name: 'integrations' }],
    [['integrations', 'add'], { name: 'add', type: null }],
    [['integrations', 'add', 'bitbucket_server'], { name: 'add', type: 'bitbucket_server' }],
    [['integrations', 'i1'], { name: 'integration', id: 'i1' }],
    [['integrations', 'i1', 'prune'], { name: 'prune', id: 'i1' }],
    [['elsewhere'], null],
    [['integrations', 'add', 'github'], null],
    [['integrations', 'i1', 'edit', 'more'], null],
  ])('%j names %j', (section, parsed) => {
    expect(parseSection(section)).toEqual(parsed);
  });
});
