import { Settings } from './settings.ts';

const introduction = `# Configuration

All settings are optional. Set one for a single deployment with \`npx cdk deploy -c name=value\`, or permanently in the \`context\` of
[cdk.json](../cdk.json). An unknown name or an invalid value stops \`cdk synth\` with an error that describes the allowed values.`;

const destroying = `## Removing the stack

\`npx cdk destroy\` deletes the stack, its table and its buckets with their contents. AWS keeps the KMS key for 30 more days, free of charge. To keep the data, deploy with
\`retainData=true\` before you destroy.

Resources that deploy scripts created outside the stack remain. To remove them, delete the projects first (\`bough project:delete\`), which runs their teardown scripts.

Cancel running activities before you destroy (\`bough activity:cancel\`). Builds lose their permissions before the buckets are emptied, but IAM needs some seconds to apply the change everywhere.
A build that writes in these seconds makes the deletion of its bucket fail. A second \`npx cdk destroy\` does not empty the bucket again: empty it manually
(\`aws s3 rm --recursive s3://NAME\`, or "Empty" in the console, which also removes old versions), then destroy again.

The bucket of \`cdk bootstrap\` keeps the deployed bundles, some megabytes. \`npx cdk gc\` removes them.`;

/** An invalid value for every setting, which makes its schema return its error. */
const NO_VALUE = {};

/** Generates docs/configuration.md, the reference of all settings in Markdown. */
export function settingsReference(): string {
  const rows = Object.entries(Settings.shape).map(([name, setting]) => {
    const allowed = setting.safeParse(NO_VALUE).error?.issues[0]?.message ?? '';
    return `| \`${name}\` | ${formatDefault(setting.parse(undefined))} | ${allowed} | ${setting.description} |`;
  });
  const table = ['| setting | default | allowed values | description |', '|---|---|---|---|', ...rows].join(
    '\n',
  );
  return `${[introduction, table, destroying].join('\n\n')}\n`;
}

function formatDefault(value: unknown): string {
  const isNothing = value === undefined || (Array.isArray(value) && value.length === 0);
  return isNothing ? 'none' : `\`${value}\``;
}
