import { Settings } from './settings.ts';

const introduction = `# Configuration

Every setting has a default, so \`npx cdk deploy\` needs none. Set one for a deployment with \`npx cdk deploy -c name=value\`, or for good in the \`context\` of
[cdk.json](../cdk.json). An unknown name or a wrong value stops \`cdk synth\` with a sentence that says what it must be.`;

const destroying = `## Taking it away

\`npx cdk destroy\` deletes the stack with its table, buckets and what is in them; AWS keeps the key for 30 more days, without a charge. What deploy scripts made elsewhere is not
in the stack: delete the projects first (\`bough project:delete\`), and their teardown scripts run. To keep the data, deploy with \`retainData=true\` before you destroy.
Builds lose their rights before the buckets are emptied, so destroying does not wait for builds that run. IAM takes some seconds to make that known everywhere. A build that writes in these seconds
makes the deletion of its bucket fail, and \`npx cdk destroy\` alone does not help then, since a bucket is emptied once: empty it by hand
(\`aws s3 rm --recursive s3://NAME\`; in the console, "Empty", which takes the versions of the data too) and destroy again. To be sure, cancel what runs first (\`bough activity:cancel\`).
In the bucket of \`cdk bootstrap\` the bundles stay that were deployed, some megabytes, which \`npx cdk gc\` removes.`;

/** What no setting is, so that each says what it must be. */
const NO_VALUE = {};

/** The reference of all settings in Markdown: docs/configuration.md. */
export function settingsReference(): string {
  const rows = Object.entries(Settings.shape).map(([name, setting]) => {
    const allowed = setting.safeParse(NO_VALUE).error?.issues[0]?.message ?? '';
    return `| \`${name}\` | ${usual(setting.parse(undefined))} | ${allowed} | ${setting.description} |`;
  });
  const table = ['| setting | default | must be | |', '|---|---|---|---|', ...rows].join('\n');
  return `${[introduction, table, destroying].join('\n\n')}\n`;
}

function usual(value: unknown): string {
  const isNothing = value === undefined || (Array.isArray(value) && value.length === 0);
  return isNothing ? 'none' : `\`${value}\``;
}
