import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const DeployedFunction = z.object({
  /** A copy of its code. */
  directory: z.string(),
  handler: z.string(),
  variables: z.record(z.string(), z.string()),
});

const Stack = z.object({
  /** The names of its tables by logical id. */
  tables: z.record(z.string(), z.string()),
  /** The logical ids of tables that outlive the stack. */
  retained: z.array(z.string()),
  functions: z.array(DeployedFunction),
  outputs: z.record(z.string(), z.string()),
  /** Differs for stacks with different templates, parameters or code. */
  revision: z.string(),
  /** The endpoint of DynamoDB. */
  dynamodb: z.string(),
});

/** A deployed stack. */
export type Stack = z.infer<typeof Stack>;

/** The directory of a stack below the directory of all stacks. */
export const directoryOf = (directory: string, name: string) => join(directory, name);

/** Reads a stack; null when there is none of this name. */
export function readStack(directory: string, name: string): Stack | null {
  try {
    return Stack.parse(JSON.parse(readFileSync(join(directoryOf(directory, name), 'stack.json'), 'utf8')));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Stores a stack. */
export function storeStack(directory: string, name: string, stack: Stack): void {
  mkdirSync(directoryOf(directory, name), { recursive: true });
  writeFileSync(join(directoryOf(directory, name), 'stack.json'), JSON.stringify(stack, undefined, 2));
}

/** Removes a stack. */
export function removeStack(directory: string, name: string): void {
  rmSync(directoryOf(directory, name), { recursive: true, force: true });
}
