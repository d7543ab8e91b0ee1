import { createRequire } from 'node:module';
import * as z from 'zod';

const Report = z.object({
  diagnostics: z.array(z.object({ severity: z.string(), ruleId: z.string(), message: z.string() })),
});
const Validator = z.object({
  CelEngine: z.custom<new () => { validateTemplate(template: object): unknown; free(): void }>(),
  TemplateFile: z.custom<new (path: string) => object>(),
});

/** Errors and warnings of the CDK's validator in CloudFormation templates, which needs no AWS account. */
export function templateFindings(paths: readonly string[]): string[] {
  // The validator is bundled with the CDK.
  const cdk = createRequire(import.meta.url).resolve('aws-cdk-lib/package.json');
  const { CelEngine, TemplateFile } = Validator.parse(createRequire(cdk)('@aws/cloudformation-validate'));
  const engine = new CelEngine();
  const findings = paths.flatMap((path) =>
    Report.parse(engine.validateTemplate(new TemplateFile(path)))
      .diagnostics.filter(({ severity }) => severity !== 'INFO')
      .map(({ severity, ruleId, message }) => `${path}: ${severity} ${ruleId} ${message}`),
  );
  engine.free();
  return findings;
}
