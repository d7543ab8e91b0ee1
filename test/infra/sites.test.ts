import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Json, readable, resourcesOf, synthesised } from './synthesised.ts';

const CERTIFICATE = 'arn:aws:acm:us-east-1:123456789012:certificate/0b9f5a3c-1f1e-4c39-9d0e-6d3b7e1c2a4f';

const { json } = synthesised();
const source = readFileSync(join(import.meta.dirname, '../../infra/constructs/site-request.js'), 'utf8');

const configOf = (template: Json) =>
  resourcesOf(template, 'AWS::CloudFront::Distribution')['Sites/Distribution']!['DistributionConfig'];

const codeOf = (template: Json): string =>
  resourcesOf(template, 'AWS::CloudFront::Function')['Sites/SiteRequest']!['FunctionCode'];

/** The role that empties buckets when the stack is deleted. */
const isEmptier = (principal: Json | undefined) =>
  principal && readable(json, principal).startsWith('Custom::');

describe('the distribution', () => {
  const distribution = configOf(json);
  const [bucket, api, ...others] = distribution.Origins;

  it('serves the private bucket of sites over HTTPS', () => {
    expect(readable(json, bucket.DomainName)).toBe('Storage/Sites');
    expect(bucket.OriginAccessControlId).toBeDefined();
    expect(others).toEqual([]);
    expect(distribution.DefaultCacheBehavior).toMatchObject({ ViewerProtocolPolicy: 'redirect-to-https' });
  });

  it('falls back to the HTTP API for missing objects', () => {
    expect(readable(json, api.DomainName)).toBe('Http.execute-api.AWS::Region.AWS::URLSuffix');
    expect(api).toMatchObject({
      OriginPath: '/not-found',
      CustomOriginConfig: { OriginProtocolPolicy: 'https-only', OriginSSLProtocols: ['TLSv1.2'] },
    });
    const [group, ...more] = distribution.OriginGroups.Items;
    expect(more).toEqual([]);
    expect(distribution.DefaultCacheBehavior.TargetOriginId).toBe(group.Id);
    expect(group.Members.Items).toEqual([{ OriginId: bucket.Id }, { OriginId: api.Id }]);
    expect(group.FailoverCriteria.StatusCodes.Items).toEqual([403, 404]);
  });

  it('does not forward the Host header, which API Gateway would reject', () => {
    const { ParametersInCacheKeyAndForwardedToOrigin: forwarded } = resourcesOf(
      json,
      'AWS::CloudFront::CachePolicy',
    )['Sites/Revalidate']!['CachePolicyConfig'];

    expect(forwarded.HeadersConfig).toEqual({ HeaderBehavior: 'none' });
    expect(distribution.DefaultCacheBehavior.OriginRequestPolicyId).toBeUndefined();
  });

  it('does not cache errors, so that new files are visible at once', () => {
    expect(distribution.CustomErrorResponses).toEqual(
      [403, 404, 500, 502, 503, 504].map((ErrorCode) => ({ ErrorCode, ErrorCachingMinTTL: 0 })),
    );
  });

  it('is the only reader of the bucket, and may not list it', () => {
    const policies = Object.values(resourcesOf(json, 'AWS::S3::BucketPolicy'));
    const allowed = policies.flatMap(({ PolicyDocument }) =>
      PolicyDocument.Statement.filter(
        ({ Effect, Principal }: Json) => Effect === 'Allow' && !isEmptier(Principal.AWS),
      ),
    );

    expect(allowed).toEqual([
      expect.objectContaining({
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Action: 's3:GetObject',
      }),
    ]);
    expect(readable(json, allowed[0].Condition.StringEquals['AWS:SourceArn'])).toMatch(
      /:distribution\/Sites\/Distribution$/,
    );
  });

  it('follows the files’ max-age=0 and revalidates each request', () => {
    expect(resourcesOf(json, 'AWS::CloudFront::CachePolicy')['Sites/Revalidate']).toMatchObject({
      CachePolicyConfig: { DefaultTTL: 0, MinTTL: 0 },
    });
  });

  it('runs its functions for every request and response', () => {
    const associations = distribution.DefaultCacheBehavior.FunctionAssociations;

    expect(
      associations.map(({ EventType, FunctionARN }: Json) => [EventType, readable(json, FunctionARN)]),
    ).toEqual([
      ['viewer-request', 'Sites/SiteRequest'],
      ['viewer-response', 'Sites/SiteResponse'],
    ]);
    for (const { FunctionConfig } of Object.values(resourcesOf(json, 'AWS::CloudFront::Function')))
      expect(FunctionConfig).toMatchObject({ Runtime: 'cloudfront-js-2.0' });
    expect(codeOf(json)).toBe(source.replace("'SITES_DOMAIN'", '""'));
  });
});

describe('a domain', () => {
  const withZone = synthesised({ sitesDomain: 'preview.example.com', sitesHostedZoneId: 'Z0123456789' }).json;
  const withCertificate = synthesised({
    sitesDomain: 'preview.example.com',
    sitesCertificateArn: CERTIFICATE,
  }).json;
  const withBoth = synthesised({
    sitesDomain: 'preview.example.com',
    sitesHostedZoneId: 'Z0123456789',
    sitesCertificateArn: CERTIFICATE,
  }).json;
  const regionRule = (template: Json) =>
    Object.entries<Json>(template['Rules']).find(([id]) => id.startsWith('Sites'))?.[1];
  const recordsOf = (template: Json) => Object.values(resourcesOf(template, 'AWS::Route53::RecordSet'));

  it.each([
    ['a zone', withZone],
    ['a certificate', withCertificate],
    ['both', withBoth],
  ])(
    'with %s gives the distribution the host names directly below it, over modern TLS only',
    (_, template) => {
      expect(configOf(template)).toMatchObject({
        Aliases: ['*.preview.example.com'],
        ViewerCertificate: { MinimumProtocolVersion: 'TLSv1.2_2021', SslSupportMethod: 'sni-only' },
      });
      expect(template['Outputs'].SitesUrl.Value).toBe('https://*.preview.example.com');
    },
  );

  it('with a zone gets a certificate with DNS validation', () => {
    const certificate = resourcesOf(withZone, 'AWS::CertificateManager::Certificate')[
      'Sites/Domain/Certificate'
    ];

    expect(certificate).toMatchObject({
      DomainName: '*.preview.example.com',
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: '*.preview.example.com', HostedZoneId: 'Z0123456789' }],
    });
    const { AcmCertificateArn } = configOf(withZone).ViewerCertificate;
    expect(readable(withZone, AcmCertificateArn)).toBe('Sites/Domain/Certificate');
  });

  it('with a zone alone is rejected by CloudFormation outside the region of CloudFront’s certificates', () => {
    const [{ Assert, AssertDescription }, ...others] = regionRule(withZone)!['Assertions'];

    expect(Assert).toEqual({ 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'us-east-1'] });
    expect(AssertDescription).toMatch(/deploy there, or .* set sitesCertificateArn\.$/);
    expect(others).toEqual([]);
    expect([withCertificate, withBoth].map(regionRule)).toEqual([undefined, undefined]);
  });

  it.each([
    ['a zone', withZone],
    ['both', withBoth],
  ])('with %s gets DNS records for the distribution', (_, template) => {
    expect(recordsOf(template).map(({ Name, Type, HostedZoneId }) => [Name, Type, HostedZoneId])).toEqual([
      ['*.preview.example.com.', 'A', 'Z0123456789'],
      ['*.preview.example.com.', 'AAAA', 'Z0123456789'],
    ]);
    for (const { AliasTarget } of recordsOf(template)) {
      expect(readable(template, AliasTarget.DNSName)).toBe('Sites/Distribution');
    }
    expect(template['Outputs'].SitesTarget).toBeUndefined();
  });

  it('without a zone has an output with the target for the owner’s record', () => {
    const { Value, Description } = withCertificate['Outputs'].SitesTarget;

    expect(readable(withCertificate, Value)).toBe('Sites/Distribution');
    expect(Description).toBe('The target for a CNAME record of *.preview.example.com');
    expect(recordsOf(withCertificate)).toEqual([]);
    expect(configOf(withCertificate).ViewerCertificate.AcmCertificateArn).toBe(CERTIFICATE);
    expect(resourcesOf(withCertificate, 'AWS::CertificateManager::Certificate')).toEqual({});
  });
});

describe('the base URL of sites', () => {
  const urls = (template: Json) => [
    resourcesOf(template, 'AWS::Lambda::Function')['Api/Function']!['Environment'].Variables.SITES_URL,
    resourcesOf(template, 'AWS::CodeBuild::Project')['Builder/Project']![
      'Environment'
    ].EnvironmentVariables.find(({ Name }: { Name: string }) => Name === 'SITES_URL').Value,
    template['Outputs'].SitesUrl.Value,
  ];

  it('is the distribution’s own by default', () => {
    expect(urls(json).map((url) => readable(json, url))).toEqual(Array(3).fill('https://Sites/Distribution'));
    expect(json['Outputs'].SitesTarget).toBeUndefined();
  });

  it.each(['https://preview.example.com', 'https://*.preview.example.com'])(
    'is the one of the setting, when there is one, and its owner is told what must be behind it: %s',
    (sitesUrl) => {
      const { json: proxied } = synthesised({ sitesUrl });

      expect(urls(proxied)).toEqual(Array(3).fill(sitesUrl));
      expect(readable(proxied, proxied['Outputs'].SitesTarget.Value)).toBe('Sites/Distribution');
      expect(configOf(proxied).Aliases).toBeUndefined();
    },
  );

  it('has host names of sites below the domain', () => {
    const settings = { sitesDomain: 'preview.example.com', sitesHostedZoneId: 'Z0123456789' };

    expect(urls(synthesised(settings).json)).toEqual(Array(3).fill('https://*.preview.example.com'));
  });
});
