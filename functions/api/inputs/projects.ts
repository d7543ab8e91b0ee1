import * as z from 'zod/mini';
import { described, page, Text } from './common.ts';

/** The query that pages the list of projects. */
export const ProjectQuery = z.strictObject({
  view: described(
    z.optional(z.enum(['full', 'summary'])),
    '`summary` adds a summary of the environments to each project, and returns at most 25 projects; by default `full`',
  ),
  ...page,
});

/** The body that creates a project. */
export const NewProject = z.strictObject({ title: z.string() });

/** The body that changes a project. */
export const ProjectChanges = z.strictObject({
  title: z.optional(z.string()),
  default_branch: z.optional(Text),
});
