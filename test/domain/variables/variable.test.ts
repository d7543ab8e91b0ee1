import { describe, expect, it } from 'vitest';
import {
  environmentName,
  variableLimits,
  variableNameProblem,
  variableValueProblem,
} from '../../../shared/domain/variables/variable.ts';

describe('the name of a variable', () => {
  it.each(['TOKEN', 'api.url', 'a:b', 'env:TOKEN', 'env:my_Token2', '__proto__', 'AWS_REGION', 'PATH'])(
    'can be %s',
    (name) => {
      expect(variableNameProblem(name)).toBeNull();
    },
  );

  it.each([
    'env:BOUGH_PERMIT',
    'env:BOUGH_COMMIT',
    'env:BOUGH_VARIABLES',
    'env:AWS_ACCESS_KEY_ID',
    'env:AWS_ENDPOINT_URL_S3',
    'env:CODEBUILD_BUILD_ARN',
    'env:PATH',
    'env:HOME',
    'env:LD_PRELOAD',
    'env:NODE_OPTIONS',
    'env:BASH_ENV',
    'env:IFS',
  ])('cannot be reserved: %s', (name) => {
    expect(variableNameProblem(name)).toMatch(/is reserved/);
    expect(environmentName({ name })).toBeNull();
  });

  it.each(['', 'a b', 'a/b', 'größe', 'a\n', 'env:', 'env:1A', 'env:A-B', 'env:A=B', 'a=b', '$A'])(
    'cannot be %j',
    (name) => {
      expect(variableNameProblem(name)).not.toBeNull();
    },
  );

  it('has at most 256 characters', () => {
    expect(variableNameProblem('x'.repeat(variableLimits.name))).toBeNull();
    expect(variableNameProblem('x'.repeat(variableLimits.name + 1))).toMatch(/256/);
  });

  it('with the prefix env: is the name of an environment variable', () => {
    expect(environmentName({ name: 'env:TOKEN' })).toBe('TOKEN');
    expect(environmentName({ name: 'TOKEN' })).toBeNull();
    expect(environmentName({ name: 'ENV:TOKEN' })).toBeNull();
  });
});

describe('the value of a variable', () => {
  it('has at most 8 KiB, is Unicode without NUL, and is JSON where that is promised', () => {
    expect(variableValueProblem('', false)).toBeNull();
    expect(variableValueProblem('ä'.repeat(4096), false)).toBeNull();
    expect(variableValueProblem('ä'.repeat(4097), false)).toMatch(/8 KiB/);
    expect(variableValueProblem('a\0b', false)).toMatch(/NUL/);
    expect(variableValueProblem('\ud800', false)).toMatch(/Unicode/);
    expect(variableValueProblem('{"a":1}', true)).toBeNull();
    expect(variableValueProblem('{secret}', true)).toBe('The value is not valid JSON');
    expect(variableValueProblem('{secret}', false)).toBeNull();
  });
});
