import * as z from 'zod/mini';

const CheckId = z.enum([
  'build-quota',
  'function-quota',
  'schedule',
  'alarms',
  'dead-letters',
  'integration',
  'integrations',
]);

/** The result of all checks of a deployment. */
export const Diagnosis = z.object({
  checks: z.array(
    z.object({
      id: CheckId.check(z.describe('The permanent id of the check')),
      subject: z
        .nullable(z.string())
        .check(z.describe('The integration that was checked, as `<project>/<integration>`')),
      state: z
        .enum(['ok', 'warning', 'problem', 'unknown'])
        .check(z.describe('`unknown` when the check could not be made')),
      because: z.string(),
      remedy: z.nullable(z.string()),
    }),
  ),
});
/** A parsed `Diagnosis`. */
export type Diagnosis = z.infer<typeof Diagnosis>;
