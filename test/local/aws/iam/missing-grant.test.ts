import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import * as z from 'zod';
import type { Assembly } from '../../../../local/template/assembly.ts';
import { makeDeployable, startDeployed } from '../../deployed-stack.ts';

const Template = z.looseObject({
  Resources: z.record(z.string(), z.looseObject({ Type: z.string(), Properties: z.unknown().optional() })),
});
const Policy = z.looseObject({
  PolicyDocument: z.looseObject({ Statement: z.array(z.looseObject({ Action: z.unknown() })) }),
});

/** Removes an action from the policies of the management API's function. */
function without(action: string, json: unknown): unknown {
  const template = Template.parse(json);
  const reduced = Object.entries(template.Resources).map(([id, resource]) => {
    if (resource.Type !== 'AWS::IAM::Policy' || !id.startsWith('ApiFunction')) return [id, resource];
    const properties = Policy.parse(resource.Properties);
    const Statement = properties.PolicyDocument.Statement.map((statement) => {
      const actions = [statement.Action].flat().filter((granted) => granted !== action);
      return { ...statement, Action: actions };
    });
    const PolicyDocument = { ...properties.PolicyDocument, Statement };
    return [id, { ...resource, Properties: { ...properties, PolicyDocument } }];
  });
  return { ...template, Resources: Object.fromEntries(reduced) };
}

describe("the functions of Bough's template", () => {
  let deployable: Assembly;

  beforeAll(async () => {
    deployable = await makeDeployable();
  });

  async function createProject(template: unknown) {
    const { stack, recorder } = await startDeployed({ ...deployable, template });
    onTestFinished(() => stack.stop());
    const answer = await fetch(`${stack.apiUrl}/projects`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'Shop' }),
    });
    await answer.text();
    return {
      status: answer.status,
      unused: stack.unusedGrants(),
      log: recorder.lines.map(({ line }) => line).join('\n'),
    };
  }

  it('create a project with their grants, which then count as used', async () => {
    const { status, unused } = await createProject(deployable.template);

    expect(status).toBe(201);
    const items = unused.filter((grant) => grant.startsWith('ApiFunction') && !grant.includes('/index/'));
    expect(items).toContainEqual(expect.stringContaining('dynamodb:DeleteItem'));
    expect(items).not.toContainEqual(expect.stringContaining('dynamodb:PutItem'));
  });

  it('fail with AccessDenied without a grant, and the log names the grant', async () => {
    const { status, log } = await createProject(without('dynamodb:PutItem', deployable.template));

    expect(status).toBe(500);
    expect(log).toMatch(/AccessDenied/);
    expect(log).toMatch(/not authorized to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:/);
  });
});
