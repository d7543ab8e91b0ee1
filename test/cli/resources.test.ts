import { expectTypeOf, it } from 'vitest';
import type * as z from 'zod';
import type * as read from '../../cli/api/resources.ts';
import type * as api from '../../shared/api/resources.ts';

/** What the command must be able to read. The compiler is what checks it: `npm run types`. */
type Read<Name extends keyof typeof read> =
  (typeof read)[Name] extends z.ZodType<unknown, infer Input> ? Input : never;

it('the command reads what the API answers', () => {
  expectTypeOf<api.Project>().toExtend<Read<'Project'>>();
  expectTypeOf<api.Integration>().toExtend<Read<'Integration'>>();
  expectTypeOf<api.Environment>().toExtend<Read<'Environment'>>();
  expectTypeOf<api.Activity>().toExtend<Read<'Activity'>>();
  expectTypeOf<api.Deployment>().toExtend<Read<'Deployment'>>();
  expectTypeOf<api.DeadLetter>().toExtend<Read<'DeadLetter'>>();
});
