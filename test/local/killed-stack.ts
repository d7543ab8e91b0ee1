/** Program that starts a stack for a test that kills it. Arguments: `<template> <assets> <bootstrap> <state>`. */
import { readFileSync } from 'node:fs';
import { startLocalStack } from '../../local/stack/stack.ts';

const [template = '', assetsDirectory = '', bootstrap = '', stateDirectory = ''] = process.argv.slice(2);

const stack = await startLocalStack({
  template: JSON.parse(readFileSync(template, 'utf8')),
  assetsDirectory,
  bootstrap,
  stateDirectory,
  port: 0,
  sitesPort: 0,
  scheduleSeconds: 0,
  log: ({ line }) => process.stdout.write(`${line}\n`),
});
process.stdout.write(
  `ready ${JSON.stringify({ apiUrl: stack.apiUrl, codebuild: stack.endpoints.codebuild })}\n`,
);
