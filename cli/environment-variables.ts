/** The environment variables that the command reads, for its help. */
export const environmentVariables: readonly (readonly [name: string, description: string])[] = [
  [
    'BOUGH_API_URL',
    "the management API's URL (default: the local stack if it runs, else the stack in BOUGH_STACK)",
  ],
  ['BOUGH_PORT', 'use the local stack on this port (default: 4000)'],
  ['BOUGH_STACK', 'the CloudFormation stack whose ApiUrl output to use (default: bough)'],
  ['BOUGH_PROJECT', 'the default for --project'],
  ['BOUGH_ENVIRONMENT', 'the default for --environment'],
  ['BOUGH_NO_INTERACTION', 'set to 1 to disable questions, as --no-interaction does'],
];
