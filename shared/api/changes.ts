import * as z from 'zod/mini';
import { EnvironmentRow } from './environment.ts';

/** The changes of a project since the response whose entity tag the request has. */
export const Changes = z.object({
  everything: z
    .boolean()
    .check(
      z.describe('True when every record may have changed: read all lists again; the other fields are empty'),
    ),
  environments: z
    .array(EnvironmentRow)
    .check(z.describe('The environments that were created or changed, as they are now')),
  gone: z.array(z.string()).check(z.describe('The ids of environments that were deleted')),
  integrations: z.boolean().check(z.describe('True when an activity of an integration began')),
});
/** A parsed `Changes`. */
export type Changes = z.infer<typeof Changes>;
