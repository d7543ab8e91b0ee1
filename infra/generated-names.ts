/** CloudFormation keeps at least this number of characters of the stack's name when it shortens generated names. */
const KEPT_STACK_NAME_LENGTH = 24;

/** The beginning of the names that CloudFormation generates for a stack. Stacks with the same long prefix share it. */
export function generatedPrefix(stackName: string): string {
  return stackName.length <= KEPT_STACK_NAME_LENGTH
    ? `${stackName}-`
    : stackName.slice(0, KEPT_STACK_NAME_LENGTH);
}
