import { describe, expect, expectTypeOf, it } from 'vitest';
import type * as z from 'zod';
import * as read from '../../../cli/api/resources.ts';
import type { Activity } from '../../../shared/api/activity.ts';
import type { DeadLetter } from '../../../shared/api/dead-letter.ts';
import type { Deployment } from '../../../shared/api/deployment.ts';
import type { Environment } from '../../../shared/api/environment.ts';
import type { Integration } from '../../../shared/api/integration.ts';
import type { Project } from '../../../shared/api/project.ts';
import type { EnvironmentVariable, ProjectVariable } from '../../../shared/api/variable.ts';

/** The input of the command's schema. The compiler checks it: `npm run types`. */
type Read<Name extends keyof typeof read> =
  (typeof read)[Name] extends z.ZodType<unknown, infer Input> ? Input : never;

it('the command reads the responses of the API', () => {
  expectTypeOf<Project>().toExtend<Read<'Project'>>();
  expectTypeOf<Integration>().toExtend<Read<'Integration'>>();
  expectTypeOf<Environment>().toExtend<Read<'Environment'>>();
  expectTypeOf<ProjectVariable | EnvironmentVariable>().toExtend<Read<'Variable'>>();
  expectTypeOf<Activity>().toExtend<Read<'Activity'>>();
  expectTypeOf<Deployment>().toExtend<Read<'Deployment'>>();
  expectTypeOf<DeadLetter[]>().toExtend<Read<'DeadLetters'>['items']>();
});

describe('a response', () => {
  const project = {
    id: 'p',
    title: 'Shop',
    default_branch: null,
    region: 'eu',
    status: {},
    repository: { url: '' },
    created_at: '',
  };

  it('of a later version is read with its additional fields', () => {
    expect(read.Project.parse({ ...project, colour: 'red' })).toEqual({ ...project, colour: 'red' });
  });

  it.each(Object.keys(project))('without %s is refused', (field) => {
    expect(read.Project.safeParse({ ...project, [field]: undefined }).success).toBe(false);
  });

  it.each([null, 'text', 7])('that is %j is refused', (value) => {
    expect(read.Project.safeParse(value).success).toBe(false);
  });
});
