import { Aws, Fn } from 'aws-cdk-lib';

/** The part of the stack's id that no other stack has. */
export const stackUuid = Fn.select(2, Fn.split('/', Aws.STACK_ID));

/** A name for resources of global services, where the same stack in another region would have the CDK's default name. */
export const globalName = Fn.join('-', ['bough', stackUuid]);
