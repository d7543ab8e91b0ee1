import * as z from 'zod/mini';
import { Text } from './common.ts';

/** The body that creates a project. */
export const NewProject = z.strictObject({ title: z.string() });

/** The body that changes a project. */
export const ProjectChanges = z.strictObject({
  title: z.optional(z.string()),
  default_branch: z.optional(Text),
});
