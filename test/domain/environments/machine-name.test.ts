import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { machineName } from '../../../shared/domain/environments/machine-name.ts';
import { siteName } from '../../../shared/domain/environments/sites.ts';
import { projectId } from '../../support/builders.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest();
const name = (branch: string) => machineName(branch, sha256);

/**
 * The rule: the branch's slug, `-`, and the first four bytes of the SHA-256 of the unmodified branch name,
 * in base 32 (RFC 4648, lower case, without padding). The left column holds public branches of Upsun's users,
 * the right one the host names of their environments.
 */
describe('the machine name of an environment', () => {
  it.each([
    ['main', 'main-bvxea6i'],
    ['master', 'master-7rqtwti'],
    ['2022-services-update', '2022-services-update-mhelslq'],
    ['maintenance-09-12-2025', 'maintenance-09-12-2025-rl4zv2i'],
    ['pr-1', 'pr-1-djjnuwy'],
    ['pr-139', 'pr-139-qvrewla'],
  ])('is a slug of it and what keeps it apart: %s is %s', (branch, expected) => {
    expect(name(branch)).toBe(expected);
  });

  it.each([
    ['app/api', 'app-api-dm4xeuy', 'a slash becomes a hyphen, and the hash knows of it'],
    ['Staging', 'staging-vdt2zeq', 'letters become small, and the hash knows of it'],
    ['staging', 'staging-5em2ouy', 'so that another spelling has another name'],
    ['DEPT-edge', 'dept-edge-3e7cfpi', 'the same'],
    ['enhanced-metrics-integration', 'enhanced-metrics-hacqp4a', 'a long slug ends with a whole word'],
  ])('%s is %s: %s', (branch, expected) => {
    expect(name(branch)).toBe(expected);
  });

  it.each([
    ['twenty-four-characters-x', /^twenty-four-characters-x-/, 'fits'],
    ['four-words-of-24-letters-and-more', /^four-words-of-24-letters-.{7}$/, 'may have 24 characters'],
    ['twenty-five-characters-xy', /^twenty-five-characters-.{7}$/, 'ends with a whole word'],
    ['abcdefghijklmnopqrstuvwxyz', /^abcdefghijklmnopqrstuvwx-/, 'is cut when it is one word'],
    ['-_feature//x_-', /^feature-x-/, 'neither begins nor ends with a hyphen'],
    ['größe', /^gr-e-/, 'keeps what DNS can say'],
    ['日本語', /^[a-z2-7]{7}$/, 'is left out when there is nothing to say'],
  ])('of %s matches %s: the slug %s', (branch, expected) => {
    expect(name(branch)).toMatch(expected);
  });

  /** Typical branch names, and other names that git allows. */
  const branch = fc.oneof(
    fc.string({ minLength: 1, maxLength: 250, unit: 'grapheme' }),
    fc.stringMatching(/^[a-zA-Z0-9]+([/._-][a-zA-Z0-9]+){0,8}$/),
  );

  it('is a DNS label, also together with the project', () => {
    fc.assert(
      fc.property(branch, (text) => {
        const label = siteName(name(text), projectId);

        expect(label).toMatch(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/);
        expect(label.length).toBeLessThanOrEqual(63);
      }),
    );
  });

  it('is always the same for the same branch, and different for branches that look alike', () => {
    const alike = branch.chain((text) =>
      fc.tuple(
        fc.constant(text),
        fc.constantFrom(
          text.toLowerCase(),
          text.toUpperCase(),
          text.replaceAll('/', '-'),
          `${text}-`,
          `${text}/x`,
        ),
      ),
    );

    fc.assert(
      fc.property(alike, ([one, other]) => {
        expect(name(one) === name(other)).toBe(one === other);
      }),
    );
  });

  it('is different for every branch of a repository', () => {
    fc.assert(
      fc.property(fc.uniqueArray(branch, { minLength: 50, maxLength: 200 }), (branches) => {
        expect(new Set(branches.map(name)).size).toBe(branches.length);
      }),
      { numRuns: 20 },
    );
  });
});
