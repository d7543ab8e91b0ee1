import { App, CliCredentialsStackSynthesizer } from 'aws-cdk-lib';
import { ApiStack } from './api-stack.js';

// .bough/session.sh sets the stack's name, Bough the others.
const {
  STACK_NAME: stackName = 'app-trial',
  BOUGH_PROJECT: project = 'trial',
  BOUGH_MACHINE_NAME: environment = 'trial',
  BOUGH_ENVIRONMENT_TYPE: environmentType = 'development',
} = process.env;

new ApiStack(new App(), 'Api', {
  stackName,
  project,
  environment,
  isProduction: environmentType === 'production',
  // The deployment has the rights of its caller, instead of the roles of `cdk bootstrap`. Each environment has its own
  // prefix in the assets bucket, so that none can replace the code of another.
  synthesizer: new CliCredentialsStackSynthesizer({ bucketPrefix: `${stackName}/` }),
});
