import * as z from 'zod';

const Resource = z.object({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});

const Parameter = z.object({ Type: z.string(), Default: z.string().optional() });

/** The parts of a CloudFormation template that the local stack reads. */
export const Template = z.object({
  Parameters: z.record(z.string(), Parameter).default({}),
  Resources: z.record(z.string(), Resource),
});
/** A parsed CloudFormation template. */
export type Template = z.infer<typeof Template>;
/** One resource of a template, unresolved. */
export type TemplateResource = z.infer<typeof Resource>;
