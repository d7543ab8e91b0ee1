import * as z from 'zod/mini';
import { Activity } from './activity.ts';
import { Environment } from './environment.ts';
import { Integration } from './integration.ts';
import { Project } from './project.ts';

/** The response to a mutation: the created or changed resource, and the activities that the mutation started. */
export interface Accepted<Entity> {
  status: 'OK' | 'Created';
  code: 200 | 201;
  _embedded: { entity: Entity; activities: Activity[] };
}

/** The schema of `Accepted`, for one type of resource. */
export function Accepted<T extends z.ZodMiniType>(entity: T) {
  return z.object({
    status: z.enum(['OK', 'Created']),
    code: z.union([z.literal(200), z.literal(201)]),
    _embedded: z.object({ entity, activities: z.array(Activity) }),
  });
}

/** The response to a mutation of a project. */
export const AcceptedProject = Accepted(Project);

/** The response to a mutation of an integration. */
export const AcceptedIntegration = Accepted(Integration);

/** The response to an operation on an environment. */
export const AcceptedEnvironment = Accepted(Environment);

/** The response to the cancellation of an activity. */
export const AcceptedActivity = Accepted(Activity);

/** The response to the deletion of a project: `Accepted`, and each webhook that could not be removed. */
export const DeletedProject = z.object({
  ...AcceptedProject.shape,
  webhook_errors: z.array(z.object({ url: z.string(), because: z.string() })),
});
/** A parsed `DeletedProject`. */
export type DeletedProject = z.infer<typeof DeletedProject>;
