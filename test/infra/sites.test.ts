import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { transform } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { type Json, readable, resourcesOf, synthesised } from './synthesised.ts';

const { json } = synthesised();
const source = readFileSync(join(import.meta.dirname, '../../infra/constructs/directory-index.js'), 'utf8');

/** The role that empties buckets when the stack goes. */
const isEmptier = (principal: Json | undefined) =>
  principal && readable(json, principal).startsWith('Custom::');

describe('the distribution', () => {
  const { DistributionConfig } = resourcesOf(json, 'AWS::CloudFront::Distribution')['Sites/Distribution']!;

  it('serves the private bucket of sites, over HTTPS', () => {
    const [origin, ...others] = DistributionConfig.Origins;

    expect(readable(json, origin.DomainName)).toBe('Storage/Sites');
    expect(origin.OriginAccessControlId).toBeDefined();
    expect(others).toEqual([]);
    expect(DistributionConfig.DefaultCacheBehavior).toMatchObject({
      ViewerProtocolPolicy: 'redirect-to-https',
    });
  });

  it('alone may read the bucket, and is told when a page does not exist', () => {
    const policies = Object.values(resourcesOf(json, 'AWS::S3::BucketPolicy'));
    const allowed = policies.flatMap(({ PolicyDocument }) =>
      PolicyDocument.Statement.filter(
        ({ Effect, Principal }: Json) => Effect === 'Allow' && !isEmptier(Principal.AWS),
      ),
    );

    expect(allowed).toEqual([
      expect.objectContaining({
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Action: ['s3:GetObject', 's3:ListBucket'],
      }),
    ]);
    expect(readable(json, allowed[0].Condition.StringEquals['AWS:SourceArn'])).toMatch(
      /:distribution\/Sites\/Distribution$/,
    );
  });

  it('asks the bucket again unless a page says how long it lasts', () => {
    expect(resourcesOf(json, 'AWS::CloudFront::CachePolicy')['Sites/Revalidate']).toMatchObject({
      CachePolicyConfig: { DefaultTTL: 0, MinTTL: 0 },
    });
  });

  it('runs the directory index on every request', () => {
    const { FunctionCode, FunctionConfig } = resourcesOf(json, 'AWS::CloudFront::Function')[
      'Sites/DirectoryIndex'
    ]!;
    const [association] = DistributionConfig.DefaultCacheBehavior.FunctionAssociations;

    expect(association.EventType).toBe('viewer-request');
    expect(readable(json, association.FunctionARN)).toBe('Sites/DirectoryIndex');
    expect(FunctionConfig.Runtime).toBe('cloudfront-js-2.0');
    expect(FunctionCode).toBe(source);
  });
});

describe('the URL of the sites', () => {
  const urls = (template: typeof json) => [
    resourcesOf(template, 'AWS::Lambda::Function')['Api/Function']!['Environment'].Variables.SITES_URL,
    resourcesOf(template, 'AWS::CodeBuild::Project')['Builder/Project']![
      'Environment'
    ].EnvironmentVariables.find(({ Name }: { Name: string }) => Name === 'SITES_URL').Value,
    template['Outputs'].SitesUrl.Value,
  ];

  it('is the distribution’s own', () => {
    expect(urls(json).map((url) => readable(json, url))).toEqual(Array(3).fill('https://Sites/Distribution'));
  });

  it('is the one of the setting, when there is one', () => {
    const { json: proxied } = synthesised({ sitesUrl: 'https://preview.example.com' });

    expect(urls(proxied)).toEqual(Array(3).fill('https://preview.example.com'));
  });
});

describe('the directory index', () => {
  type Query = Record<string, { value: string; multiValue?: { value: string }[] }>;
  const visit = (uri: string, querystring: Query = {}) =>
    runInNewContext(`${source}; handler(event)`, { event: { request: { uri, querystring } } });

  it.each([
    ['/pr-1-shop/', '/pr-1-shop/index.html'],
    ['/pr-1-shop/docs/', '/pr-1-shop/docs/index.html'],
    ['/', '/index.html'],
    ['/pr-1-shop/style.css', '/pr-1-shop/style.css'],
    ['/v1.2/app.min.js', '/v1.2/app.min.js'],
  ])('answers %s from %s', (uri, object) => {
    expect(visit(uri).uri).toBe(object);
  });

  it.each([
    ['/pr-1-shop', '/pr-1-shop/'],
    ['/pr-1-shop/docs', '/pr-1-shop/docs/'],
    ['/v1.2/docs', '/v1.2/docs/'],
  ])('sends %s to %s, so that relative links resolve', (uri, location) => {
    expect(visit(uri)).toMatchObject({ statusCode: 302, headers: { location: { value: location } } });
  });

  it('keeps the query on the way', () => {
    const { headers } = visit('/pr-1-shop', {
      page: { value: '2' },
      tag: { value: 'a', multiValue: [{ value: 'a' }, { value: 'b%20c' }] },
    });

    expect(headers.location.value).toBe('/pr-1-shop/?page=2&tag=a&tag=b%20c');
  });

  it.each(['//evil.example/x', '/\\evil.example/x', '///evil'])('never leads to another host: %s', (uri) => {
    expect(new URL(visit(uri).headers.location.value, 'https://sites.example').host).toBe('sites.example');
  });

  it('is written in the language that CloudFront’s runtime knows', async () => {
    const supported = { 'const-and-let': true, arrow: true, 'template-literal': true };
    const lowered = await transform(source, { target: 'es5', supported });
    const untouched = await transform(source, { target: 'esnext' });

    expect(lowered.code).toBe(untouched.code);
  });
});
