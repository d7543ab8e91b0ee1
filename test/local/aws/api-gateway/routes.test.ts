import { describe, expect, it } from 'vitest';
import { readGatewayPath } from '../../../../local/aws/api-gateway/gateway-path.ts';
import { createRouter } from '../../../../local/aws/api-gateway/routes.ts';

const KEYS = [
  '$default',
  'ANY /{proxy+}',
  'ANY /pets/{proxy+}',
  'GET /pets/dog/{id}',
  'ANY /pets/dog/{id}',
  'GET /pets/dog/1',
  'POST /projects/{project}/integrations/{integration}/hook',
  'ANY /',
];

const find = createRouter(KEYS.map((key) => ({ key, target: undefined })));

describe("an HTTP API's routes", () => {
  it.each([
    ['GET', '/pets/dog/1', 'GET /pets/dog/1', undefined],
    ['GET', '/pets/dog/2', 'GET /pets/dog/{id}', { id: '2' }],
    ['PUT', '/pets/dog/2', 'ANY /pets/dog/{id}', { id: '2' }],
    ['GET', '/pets/cat/2/3', 'ANY /pets/{proxy+}', { proxy: 'cat/2/3' }],
    ['GET', '/other', 'ANY /{proxy+}', { proxy: 'other' }],
    ['GET', '/pets/dog/', 'ANY /pets/{proxy+}', { proxy: 'dog/' }],
    ['POST', '/projects/p/integrations/i/hook', KEYS[6], { project: 'p', integration: 'i' }],
    ['GET', '/projects/p/integrations/i/hook', 'ANY /{proxy+}', { proxy: 'projects/p/integrations/i/hook' }],
    ['GET', '/', 'ANY /', undefined],
  ])('match %s %s to %s', (method, path, key, parameters) => {
    expect(find(method, path)).toMatchObject({ route: { key }, ...(parameters && { parameters }) });
  });

  it('fall back to $default, and to nothing without it', () => {
    expect(createRouter([{ key: '$default', target: 1 }])('GET', '/x')?.route.target).toBe(1);
    expect(createRouter([{ key: 'GET /y', target: 1 }])('GET', '/x')).toBeUndefined();
    expect(createRouter([{ key: 'GET /{id}', target: 1 }])('GET', '/')).toBeUndefined();
  });
});

describe('a path at API Gateway', () => {
  // Captured from AWS.
  it.each([
    ['/capture/space%20value', '/capture/space value'],
    ['/capture/question%3Fvalue', '/capture/question'],
    ['/capture/hash%23value', '/capture/hash#value'],
    ['/capture/slash%2Fvalue', '/capture/slash/value'],
    ['/capture/unicode-%CE%BB-%E4%B8%96', '/capture/unicode-λ-世'],
    ['/capture/literal%252Fvalue', '/capture/literal/value'],
    ['/capture/literal%253Fvalue', '/capture/literal?value'],
    ['/capture/literal%2525value', '/capture/literal%value'],
  ])('%s reaches the function as %s', (sent, delivered) => {
    expect(readGatewayPath(sent)?.delivered).toBe(delivered);
  });

  it('is refused when it is malformed after decoding', () => {
    expect(readGatewayPath('/capture/percent%25done')).toBeUndefined();
    expect(readGatewayPath('/capture/%zz')).toBeUndefined();
  });
});
