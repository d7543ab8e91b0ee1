import * as z from 'zod/mini';

/** A point in time, as ISO 8601 in UTC. */
export const Time = z.iso.datetime();

/** A HAL link. */
export const Link = z.object({ href: z.string() });

/** A link to an operation. It is present exactly when the operation is possible now. */
export const Operation = z.exactOptional(Link);

/** An object of Upsun's API that is always empty in Bough's. */
export const EmptyObject = z.object({});

/** The type of an environment. */
export const EnvironmentType = z.enum(['production', 'staging', 'development']);

/** The status of an environment. */
export const EnvironmentStatus = z.enum(['active', 'dirty', 'inactive', 'deleting']);

/** The state of an activity. */
export const ActivityState = z.enum(['pending', 'in_progress', 'complete', 'cancelled']);

/** The result of an activity; null before its end, and after a cancellation. */
export const ActivityResult = z.nullable(z.enum(['success', 'failure']));

/** Properties of Upsun's API about access to a site. Bough sends no mail. */
export const siteAccess = {
  http_access: z
    .object({
      is_enabled: z.boolean(),
      addresses: z.array(z.object({ permission: z.enum(['allow', 'deny']), address: z.string() })),
      basic_auth: z.record(z.string(), z.string()).check(z.describe('The users; passwords are never shown')),
    })
    .check(z.describe('The access control that applies to the site, which an ancestor may have')),
  enable_smtp: z.boolean(),
  restrict_robots: z
    .boolean()
    .check(z.describe('Whether search engines are asked not to index the site, from the next deployment on')),
};
