import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type EnvironmentChanges,
  editEnvironment,
} from '../../../shared/domain/environments/edit-environment.ts';
import type { Environment } from '../../../shared/domain/environments/environment.ts';
import {
  anEnvironment,
  aPullRequestEnvironment,
  aRunningActivity,
  aWaitingActivity,
  moment,
  theProductionEnvironment,
} from '../../support/builders.ts';

const production = theProductionEnvironment();
const environment = anEnvironment();
const child = anEnvironment({ id: 'child', parent: environment.id });
const grandchild = anEnvironment({ id: 'grandchild', parent: child.id });
const others = [production, environment, child, grandchild, anEnvironment({ id: 'other' })];

const edit = (changes: EnvironmentChanges, before: Environment = environment) =>
  editEnvironment(changes, before, others, moment.now);

describe('an environment that is edited', () => {
  it.each<[string, EnvironmentChanges, Partial<Environment>]>([
    ['has another title', { title: '  A better header ' }, { title: 'A better header' }],
    ['is for another purpose', { type: 'staging' }, { type: 'staging' }],
    ['belongs under another', { parent: 'other' }, { parent: 'other' }],
    ['belongs under none', { parent: null }, { parent: null }],
    [
      'has several things changed at once',
      { title: 'x', type: 'staging', parent: 'other' },
      { title: 'x', type: 'staging', parent: 'other' },
    ],
  ])('%s, and is otherwise what it was', (_, changes, expected) => {
    expect(edit(changes)).toEqual({
      verdict: 'edit',
      environment: { ...environment, ...expected, updated_at: moment.now },
    });
  });

  it('may have activities, which continue', () => {
    const busy = anEnvironment({ activities: [aRunningActivity(), aWaitingActivity()] });

    expect(edit({ title: 'x' }, busy)).toMatchObject({
      verdict: 'edit',
      environment: { activities: busy.activities },
    });
  });

  it.each<[string, EnvironmentChanges]>([
    ['nothing is given', {}],
    ['everything is as it was', { title: environment.title, type: 'development', parent: 'main' }],
  ])('is the same when %s', (_, changes) => {
    expect(edit(changes)).toEqual({ verdict: 'edit', environment });
  });

  it.each<[string, EnvironmentChanges, string, Environment?]>([
    ['without a title', { title: ' ' }, 'Required'],
    ['with an endless title', { title: 'x'.repeat(201) }, 'Must not be longer than 200 characters'],
    ['to be production', { type: 'production' }, "Production is the default branch's environment"],
    [
      'to be production no more',
      { type: 'staging' },
      "Production is the default branch's environment",
      production,
    ],
    ['under itself', { parent: environment.id }, 'An environment cannot be the parent of itself'],
    ['under one that is not there', { parent: 'nowhere' }, 'Environment not found: nowhere'],
    ['under its child', { parent: 'child' }, 'The environment child is below feature/x itself'],
    [
      "under its child's child",
      { parent: 'grandchild' },
      'The environment grandchild is below feature/x itself',
    ],
    ['with a parent', { parent: 'other' }, "The default branch's environment has no parent", production],
  ])('is refused %s', (_, changes, message, before = environment) => {
    const [field] = Object.keys(changes);

    expect(edit(changes, before)).toEqual({
      verdict: 'invalid',
      fields: { [`${field}`]: expect.stringContaining(message) },
    });
  });

  it('reports all invalid fields at once', () => {
    expect(edit({ title: '', type: 'production', parent: 'nowhere' })).toMatchObject({
      verdict: 'invalid',
      fields: { title: expect.anything(), type: expect.anything(), parent: expect.anything() },
    });
  });

  it('is not changed any more on its way out', () => {
    const leaving = aPullRequestEnvironment({
      activities: [aRunningActivity({ type: 'environment.delete' })],
    });

    expect(edit({ title: 'x' }, leaving)).toMatchObject({
      verdict: 'refuse',
      because: 'The environment pr-1 is being deleted.',
    });
  });

  it('is never its own ancestor, in any tree of environments', () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const anyParent = fc.constantFrom(null, ...ids);
    fc.assert(
      fc.property(fc.array(anyParent, { minLength: 5, maxLength: 5 }), anyParent, (parents, parent) => {
        const forest = ids.map((id, index) => anEnvironment({ id, parent: parents[index] ?? null }));
        const [first] = forest;
        if (!first || isInCircle('a', forest)) return;
        const after = editEnvironment({ parent }, first, forest, moment.now);
        if (after.verdict !== 'edit') return;
        expect(isInCircle('a', [after.environment, ...forest.slice(1)])).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});

function isInCircle(id: string, all: readonly Environment[]): boolean {
  const parentOf = (of: string | null) => all.find((other) => other.id === of)?.parent ?? null;
  let above = parentOf(id);
  for (let steps = 0; above !== null && steps < all.length; steps++) {
    if (above === id) return true;
    above = parentOf(above);
  }
  return false;
}
