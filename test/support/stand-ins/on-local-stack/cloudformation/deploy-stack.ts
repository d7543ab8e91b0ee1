import { cpSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { TableProperties } from '../../../../../local/template/schemas.ts';
import { root } from '../../../pages.ts';
import { refuse } from './refuse.ts';
import { type Resolved, resolveTemplate } from './resolve-template.ts';
import { directoryOf, readStack, removeStack, type Stack, storeStack } from './stack-state.ts';

/** The variables that the tests set in the project, and the endpoint of the local stack. */
const { STAND_IN_STACKS, STAND_IN_URL, AWS_ENDPOINT_URL_DYNAMODB } = z
  .object({ STAND_IN_STACKS: z.string(), STAND_IN_URL: z.string(), AWS_ENDPOINT_URL_DYNAMODB: z.string() })
  .parse(process.env);

const FunctionProperties = z.object({
  Handler: z.string(),
  Runtime: z.literal('nodejs22.x'),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }),
});

interface Deployment {
  readonly name: string;
  readonly template: unknown;
  readonly parameters?: Readonly<Record<string, string>>;
  /** The directory of the code of a function. */
  readonly codeOf: (logicalId: string) => string;
  readonly revision?: string;
}

/**
 * Deploys a stack: creates its tables in the local stack's DynamoDB with the caller's rights, and keeps the code of its
 * functions for the test's server. Other resources are only resolved. Returns the outputs.
 */
export async function deployStack({
  name,
  template,
  parameters = {},
  codeOf,
  revision = '',
}: Deployment): Promise<Stack['outputs']> {
  if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name))
    refuse(`${name} does not satisfy the pattern of stack names`);
  const url = `${STAND_IN_URL}/${name}/`;
  const resolved = resolveTemplate(template, { stack: name, url, parameters });
  const before = findStack(name);
  const stack: Stack = {
    tables: await createTables(resolved, before?.tables ?? {}),
    retained: resolved.retained,
    functions: keepFunctions(name, resolved, codeOf),
    outputs: z.record(z.string(), z.string()).parse(resolved.outputs),
    revision,
    dynamodb: AWS_ENDPOINT_URL_DYNAMODB,
  };
  storeStack(STAND_IN_STACKS, name, stack);
  return stack.outputs;
}

/** Finds a deployed stack. */
export const findStack = (name: string): Stack | null => readStack(STAND_IN_STACKS, name);

/** Deletes a stack and the tables that it does not retain. A missing stack is deleted already. */
export async function deleteStack(name: string): Promise<void> {
  const stack = findStack(name);
  const tables = Object.entries(stack?.tables ?? {}).filter(([id]) => !stack?.retained.includes(id));
  const dynamodb = new DynamoDBClient();
  for (const [, TableName] of tables) {
    await dynamodb.send(new DeleteTableCommand({ TableName })).catch((error: unknown) => {
      if (!(error instanceof ResourceNotFoundException)) throw error;
    });
  }
  removeStack(STAND_IN_STACKS, name);
}

async function createTables(
  { resources, nameOf }: Resolved,
  existing: Stack['tables'],
): Promise<Stack['tables']> {
  const tables = Object.entries(resources).filter(([, { type }]) => type === 'AWS::DynamoDB::Table');
  const dynamodb = new DynamoDBClient();
  for (const [id, { properties }] of tables) {
    if (existing[id] !== undefined) continue;
    const { AttributeDefinitions, KeySchema } = TableProperties.parse(properties);
    const input = {
      TableName: nameOf(id),
      AttributeDefinitions,
      KeySchema,
      BillingMode: 'PAY_PER_REQUEST',
    } as const;
    await dynamodb.send(new CreateTableCommand(input));
  }
  return Object.fromEntries(tables.map(([id]) => [id, nameOf(id)]));
}

function keepFunctions(
  stack: string,
  { resources }: Resolved,
  codeOf: Deployment['codeOf'],
): Stack['functions'] {
  const functions = Object.entries(resources).filter(([, { type }]) => type === 'AWS::Lambda::Function');
  return functions.map(([id, { properties }]) => {
    const { Handler, Environment } = FunctionProperties.parse(properties);
    const directory = join(directoryOf(STAND_IN_STACKS, stack), id);
    rmSync(directory, { recursive: true, force: true });
    cpSync(codeOf(id), directory, { recursive: true });
    // The runtime of Lambda has the SDK.
    symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
    return { directory, handler: Handler, variables: Environment.Variables };
  });
}
