import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../../local/template/parse-template.ts';
import { examplesDirectory, filesOfExample } from '../support/examples.ts';
import { transformTemplate } from '../support/stand-ins/on-local-stack/cloudformation/transform-template.ts';
import { templateFindings } from '../support/template-findings.ts';

describe('The example sam-api', () => {
  it('has a template whose transformation has no finding of the CDK’s validator', () => {
    const template = readFileSync(join(examplesDirectory, 'sam-api/template.yaml'), 'utf8');
    const transformed = join(mkdtempSync(join(tmpdir(), 'bough-sam-')), 'template.json');
    writeFileSync(transformed, JSON.stringify(transformTemplate(parseTemplate(template))));

    expect(templateFindings([transformed])).toEqual([]);
  });

  it('has the API, the session and the copy of the example cdk-api', () => {
    const [cdk, sam] = [filesOfExample('cdk-api'), filesOfExample('sam-api')];

    for (const path of ['src/index.mjs', '.bough/session.sh', '.bough/copy-items.mjs']) {
      expect(sam[path]).toBe(cdk[path]);
    }
  });
});
