import { describe, expect, it } from 'vitest';
import { accessOf } from '../../../shared/domain/access/access-of.ts';
import { type AccessChanges, editAccess, hiddenPassword } from '../../../shared/domain/access/edit-access.ts';
import { accessLimits, type HttpAccess } from '../../../shared/domain/access/http-access.ts';
import { networkText, parseNetwork } from '../../../shared/domain/access/network.ts';
import { outdatedRules } from '../../../shared/domain/access/outdated-rules.ts';
import { markOf, publishedRule, publishing } from '../../../shared/domain/access/published-rule.ts';
import { aDeployment, anActiveEnvironment, anEnvironment } from '../../support/builders.ts';

const hash = (user: string, password: string) => `salt.hash-of-${user}-${password}`;
const edit = (changes: AccessChanges, before: HttpAccess | null = null) => editAccess(changes, before, hash);
const problemsOf = (changes: AccessChanges) => {
  const result = edit(changes);
  return 'fields' in result ? result.fields : {};
};
const allow = (address: string) => ({ permission: 'allow' as const, address });
const deny = (address: string) => ({ permission: 'deny' as const, address });

describe('an address', () => {
  it.each([
    ['any', '0.0.0.0/0'],
    ['69.208.1.192', '69.208.1.192/32'],
    ['4.5.6.0/8', '4.5.6.0/8'],
    ['2001:DB8::1', '2001:db8::1/128'],
    ['2001:db8::/32', '2001:db8::/32'],
    ['::', '::/128'],
    ['1:2:3:4:5:6:7:8/0', '1:2:3:4:5:6:7:8/0'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7::/128'],
  ])('%s is stored as %s', (text, stored) => {
    expect(networkText(text)).toBe(stored);
  });

  it.each([
    '',
    'all',
    'Any',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '01.2.3.4',
    '1.2.3.4/33',
    '1.2.3.4/',
    '1.2.3.4/-1',
    '1.2.3.4/8/8',
    ' 1.2.3.4',
    '1.2.3.4\n',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '12345::',
    'g::1',
    '::1/129',
    'fe80::1%eth0',
    '::ffff:192.0.2.7',
    'example.com',
    '0x7f.1.1.1',
    '2130706433',
  ])('is refused in the form %j', (text) => {
    expect(networkText(text)).toBeNull();
    expect(parseNetwork(text)).toBeNull();
  });
});

describe('an edit of access control', () => {
  it('enables access control with the first change, and keeps what is not mentioned', () => {
    const first = edit({ basic_auth: { ann: 'secret1' } });
    expect(first).toEqual({
      access: { is_enabled: true, addresses: [], basic_auth: { ann: 'salt.hash-of-ann-secret1' } },
    });
    const before = { is_enabled: false, addresses: [deny('0.0.0.0/0')], basic_auth: { ann: 's.h' } };
    expect(edit({ addresses: [allow('192.0.2.7'), deny('any')] }, before)).toEqual({
      access: { ...before, addresses: [allow('192.0.2.7/32'), deny('0.0.0.0/0')] },
    });
    expect(edit({ addresses: null, basic_auth: null, is_enabled: true }, before)).toEqual({
      access: { is_enabled: true, addresses: [], basic_auth: {} },
    });
  });

  it('replaces the users, and keeps the hidden password of one that stays', () => {
    const before = { is_enabled: true, addresses: [], basic_auth: { ann: 's.h', bob: 's.b' } };

    expect(edit({ basic_auth: { ann: hiddenPassword, eve: 'secret1' } }, before)).toEqual({
      access: { ...before, basic_auth: { ann: 's.h', eve: 'salt.hash-of-eve-secret1' } },
    });
    expect(problemsOf({ basic_auth: { eve: hiddenPassword } })).toEqual({
      'http_access.basic_auth.eve': 'The user has no password yet',
    });
  });

  it.each([
    [{ basic_auth: { a: 'secret1' } }, 'http_access.basic_auth.a'],
    [{ basic_auth: { 'a:b': 'secret1' } }, 'http_access.basic_auth.a:b'],
    [{ basic_auth: { ann: 'short' } }, 'http_access.basic_auth.ann'],
    [{ basic_auth: { ann: `secret\n` } }, 'http_access.basic_auth.ann'],
    [{ basic_auth: { ann: 'x'.repeat(accessLimits.password + 1) } }, 'http_access.basic_auth.ann'],
    [{ addresses: [allow('1.2.3.4'), deny('1.2.3')] }, 'http_access.addresses.1.address'],
    [
      { addresses: Array.from({ length: accessLimits.addresses + 1 }, () => allow('1.2.3.4')) },
      'http_access.addresses',
    ],
    [
      {
        basic_auth: Object.fromEntries(
          Array.from({ length: accessLimits.users + 1 }, (_, at) => [`u${at}`, 'secret1']),
        ),
      },
      'http_access.basic_auth',
    ],
  ])('names what is wrong, without a password: %#', (changes, field) => {
    const problems = problemsOf(changes);

    expect(Object.keys(problems)).toEqual([field]);
    expect(JSON.stringify(problems)).not.toMatch(/secret|short|xxx/);
  });

  it('has a rule that fits into the largest value of the store', () => {
    const addresses = Array.from({ length: 30 }, (_, at) => allow(`2001:db8:1111:2222:3333:4444:5555:${at}`));

    expect(problemsOf({ addresses: addresses.slice(0, 20) })).toEqual({});
    expect(problemsOf({ addresses })).toEqual({
      http_access: `The addresses and users have ${publishedRule({ is_enabled: true, addresses, basic_auth: {} })?.length} bytes together; the limit is 1024`,
    });
  });
});

describe('the published rule', () => {
  const access = (changes: Partial<HttpAccess>): HttpAccess => ({
    is_enabled: true,
    addresses: [],
    basic_auth: {},
    ...changes,
  });

  it('is none for a site that is open', () => {
    for (const open of [null, access({}), access({ is_enabled: false, basic_auth: { ann: 's.h' } })])
      expect(publishedRule(open)).toBeNull();
  });

  it('has networks in short', () => {
    const addresses = [allow('10.1.2.3/20'), deny('2001:db8::/29'), deny('0.0.0.0/0'), deny('::/0')];

    expect(publishedRule(access({ addresses, basic_auth: { ann: 's.h' } }))).toBe(
      '{"a":["+40a010/20","-620010db8/29","-*","-6/0"],"u":{"ann":"s.h"}}',
    );
  });

  it('lets nobody in by a stored address that cannot be read', () => {
    expect(publishedRule(access({ addresses: [allow('?'), deny('?')] }))).toBe('{"a":["-*"]}');
  });
});

describe('inheritance', () => {
  const closed: HttpAccess = { is_enabled: true, addresses: [deny('0.0.0.0/0')], basic_auth: {} };
  const open: HttpAccess = { is_enabled: false, addresses: [], basic_auth: {} };
  const mark = markOf(publishedRule(closed));
  const main = anActiveEnvironment({ id: 'main', type: 'production', parent: null, http_access: closed });
  const idsOf = (...all: Parameters<typeof outdatedRules>[0]) =>
    outdatedRules([main, ...all], (id) => id.toLowerCase()).map(({ id }) => id);

  it('takes the nearest setting as a whole, and ends in a circle', () => {
    const all = new Map(
      [
        main,
        anEnvironment({ id: 'a', parent: 'main' }),
        anEnvironment({ id: 'b', parent: 'a', http_access: open }),
        anEnvironment({ id: 'c', parent: 'b' }),
        anEnvironment({ id: 'd', parent: 'e' }),
        anEnvironment({ id: 'e', parent: 'd' }),
      ].map((one) => [one.id, one]),
    );
    const of = (id: string) => accessOf(all.get(id) ?? main, (parent) => all.get(parent) ?? null);

    expect(['main', 'a', 'b', 'c', 'd'].map((id) => of(id)?.from)).toEqual([
      'main',
      'main',
      'b',
      'b',
      undefined,
    ]);
    expect(of('c')?.access).toEqual(open);
  });

  it('makes the rules of active environments outdated, of published, unpublished and interrupted ones', () => {
    const deployed = { deployment: aDeployment(), parent: 'main' };
    expect(
      idsOf(
        anActiveEnvironment({ ...deployed, id: 'new' }),
        anActiveEnvironment({ ...deployed, id: 'has it', published_access: mark }),
        anActiveEnvironment({ ...deployed, id: 'interrupted', published_access: publishing }),
        anActiveEnvironment({ ...deployed, id: 'lifted', http_access: open, published_access: mark }),
        anEnvironment({ id: 'inactive', parent: 'main' }),
        // The target of a pull request need not be fetched: the default branch stands in for it.
        anActiveEnvironment({ ...deployed, id: 'orphan', parent: 'gone' }),
      ),
    ).toEqual(['main', 'new', 'interrupted', 'lifted', 'orphan']);
  });

  it('never publishes a rule for the site of another environment with the same machine name', () => {
    const attacker = anActiveEnvironment({
      id: 'MAIN',
      parent: null,
      deployment: null,
      http_access: open,
      published_access: 'x',
    });

    expect(idsOf(attacker)).toEqual(['main']);
  });
});
