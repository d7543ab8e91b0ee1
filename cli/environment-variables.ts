/** What the command reads from its environment, and what for. */
export const environmentVariables: readonly (readonly [name: string, description: string])[] = [
  [
    'BOUGH_API_URL',
    'where the management API is (default: a local stack that answers, else as BOUGH_STACK says)',
  ],
  ['BOUGH_PORT', 'the port of the local stack, to use that (default: 4000)'],
  ['BOUGH_STACK', 'the CloudFormation stack whose output ApiUrl is used (default: bough)'],
  ['BOUGH_PROJECT', 'the project that is meant without --project'],
  ['BOUGH_ENVIRONMENT', 'the environment that is meant without --environment'],
  ['BOUGH_NO_INTERACTION', '1 to be asked nothing, as with --no-interaction'],
];
