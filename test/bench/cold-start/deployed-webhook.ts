import * as z from 'zod';

const Template = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});
const Properties = z.object({
  MemorySize: z.number(),
  Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }),
});

/** The `NODE_OPTIONS` and the MB of memory of the webhook function in a template. Throws without such a function. */
export function deployedWebhook(template: unknown): { options: string; memory: number } {
  const { Resources } = Template.parse(template);
  const [, webhook] =
    Object.entries(Resources).find(
      ([name, { Type }]) => Type === 'AWS::Lambda::Function' && /^Webhook/.test(name),
    ) ?? [];
  const { MemorySize, Environment } = Properties.parse(webhook?.Properties);
  return { options: String(Environment.Variables['NODE_OPTIONS'] ?? ''), memory: MemorySize };
}
