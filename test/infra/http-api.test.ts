import { describe, expect, it } from 'vitest';
import { allRoutes } from '../../functions/api/routes/all.ts';
import { hook } from '../../functions/api/routes/hook.ts';
import { apiWorld } from '../support/api-world.ts';
import { readable, resourcesOf, synthesised } from './synthesised.ts';

const { json, template } = synthesised();
const WEBHOOK = 'POST /projects/{project}/integrations/{integration}/hook';
const LOG = 'GET /logs/{project}/{activity}/{signature}';
const PAGES = ['GET /status/{project}/{environment}/{signature}', 'GET /board/{project}/{signature}'];
const SIGNED = [WEBHOOK, LOG, ...PAGES];
const NOT_FOUND = ['GET /not-found/{path+}', 'HEAD /not-found/{path+}'];
const routes = Object.values(resourcesOf(json, 'AWS::ApiGatewayV2::Route'));
const routeOf = (key: string) => routes.find((route) => route['RouteKey'] === key)!;

describe('the HTTP API', () => {
  it('has a route for the webhook and leaves the rest to the management API', () => {
    expect(routes.map((route) => route['RouteKey']).sort()).toEqual(
      ['ANY /', 'ANY /{proxy+}', ...SIGNED, ...NOT_FOUND].sort(),
    );
  });

  it('requires IAM on every route except the signed ones (webhook, links to logs and pages) and the error pages', () => {
    const open = routes.filter((route) => route['AuthorizationType'] !== 'AWS_IAM');

    expect(open.map((route) => [route['RouteKey'], route['AuthorizationType']]).sort()).toEqual(
      [...NOT_FOUND, ...SIGNED].map((route) => [route, 'NONE']).sort(),
    );
  });

  it('requires no IAM on exactly the routes that the API describes as open', () => {
    const described = [...allRoutes(apiWorld().ports), hook].filter(({ isOpen }) => isOpen);
    const open = routes.filter((route) => route['AuthorizationType'] === 'NONE');

    const keys = open.map((route) => route['RouteKey'].replace('+}', '}'));
    // A permission for GET includes HEAD.
    expect(described.map(({ method, path }) => `${method} ${path.replace('+}', '}')}`).sort()).toEqual(
      keys.filter((key) => !key.startsWith('HEAD ')).sort(),
    );
  });

  it.each([
    [WEBHOOK, 'Webhook/Function'],
    [LOG, 'Api/Function'],
    ['GET /status/{project}/{environment}/{signature}', 'Api/Function'],
    ['GET /board/{project}/{signature}', 'Api/Function'],
    ['GET /not-found/{path+}', 'Api/Function'],
    ['HEAD /not-found/{path+}', 'Api/Function'],
    ['ANY /', 'Api/Function'],
    ['ANY /{proxy+}', 'Api/Function'],
  ])('sends %s to %s', (key, path) => {
    const integration = readable(json, routeOf(key)['Target']).replace('integrations/', '');
    const { IntegrationUri, ...properties } = resourcesOf(json, 'AWS::ApiGatewayV2::Integration')[
      integration
    ]!;

    expect(readable(json, IntegrationUri)).toBe(path);
    expect(properties).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
  });

  it('deploys itself, without a stage in its URLs', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', { StageName: '$default', AutoDeploy: true });
  });

  it('throttles requests', () => {
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 200, ThrottlingBurstLimit: 500 },
    });
  });

  it('logs the caller and the route, and no secret', () => {
    const { AccessLogSettings } = Object.values(resourcesOf(json, 'AWS::ApiGatewayV2::Stage'))[0]!;
    const logged = Object.values(JSON.parse(AccessLogSettings.Format));

    expect(readable(json, AccessLogSettings.DestinationArn)).toBe('Http/AccessLogs');
    expect(logged).toContain('$context.routeKey');
    // The path of a signed link contains its signature, and error messages may contain the path.
    expect(logged.join()).not.toMatch(/path|query|header|message|authorizer/i);
  });

  it('is the base of the URLs that functions return', () => {
    for (const name of ['Activities', 'Api']) {
      const { Variables } = resourcesOf(json, 'AWS::Lambda::Function')[`${name}/Function`]!['Environment'];
      expect(readable(json, Variables.API_URL)).toBe('Http');
      expect(Variables.API_URL['Fn::GetAtt'][1]).toBe('ApiEndpoint');
    }
  });
});

describe('the outputs', () => {
  it('are what a user needs to start', () => {
    expect(Object.keys(json['Outputs']).sort()).toEqual([
      'AdministratorPolicyArn',
      'ApiArn',
      'ApiUrl',
      'DataBucketName',
      'EnvironmentRoleArn',
      'InstallCommand',
      'ReaderPolicyArn',
      'SitesUrl',
      'TableName',
    ]);
  });

  it.each([
    ['AdministratorPolicyArn', 'Access/Administrator'],
    ['ApiArn', 'arn:AWS::Partition:execute-api:AWS::Region:AWS::AccountId:Http/$default'],
    ['ApiUrl', 'Http'],
    ['DataBucketName', 'Storage/Data'],
    ['EnvironmentRoleArn', 'Api/EnvironmentRole'],
    ['ReaderPolicyArn', 'Access/Reader'],
    ['SitesUrl', 'https://Sites/Distribution'],
    ['TableName', 'Storage/Table'],
  ])('%s comes from %s', (name, source) => {
    expect(readable(json, json['Outputs'][name].Value)).toBe(source);
  });
});
